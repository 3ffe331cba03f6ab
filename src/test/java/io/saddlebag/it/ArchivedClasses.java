package io.saddlebag.it;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The program's classes as Java wants them to start quickly: in jars, and loaded once into an archive that the processes of nodes,
 * and of the guards that those start, map (class data sharing). Made once, by a process that does what the others will.
 */
final class ArchivedClasses {
    private final List<Path> classPath;
    private final Path archive;

    private ArchivedClasses(List<Path> classPath, Path archive) {
        this.classPath = classPath;
        this.archive = archive;
    }

    /** Java archives no classes that lie in folders. */
    static ArchivedClasses in(Path folder) throws IOException {
        List<Path> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path place = Path.of(entry).toAbsolutePath();
            if (Files.isDirectory(place)) {
                Path jar = folder.resolve("classes-" + classPath.size() + ".jar");
                pack(place, jar);
                classPath.add(jar);
            } else if (Files.exists(place)) {
                classPath.add(place);
            }
        }
        return new ArchivedClasses(classPath, folder.resolve("classes.jsa"));
    }

    private static void pack(Path folder, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> all = Files.walk(folder)) {
            entries.setLevel(0);
            for (Path each : all.filter(place -> !place.equals(folder)).toList()) {
                // who looks for resources in a folder needs that to be there
                boolean isFolder = Files.isDirectory(each);
                entries.putNextEntry(new JarEntry(folder.relativize(each) + (isFolder ? "/" : "")));
                if (!isFolder) {
                    Files.copy(each, entries);
                }
                entries.closeEntry();
            }
        }
    }

    String classPath() {
        return String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList());
    }

    boolean isMade() {
        return Files.exists(archive);
    }

    /** For the process that makes it, at its end. */
    String making() {
        return "-XX:ArchiveClassesAtExit=" + archive;
    }

    /** For a process and, by its environment, for all that it starts. */
    String using() {
        return "-XX:SharedArchiveFile=" + archive + " -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off";
    }
}
