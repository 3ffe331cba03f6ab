package io.saddlebag.embedding;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Class paths of host applications. What a host brings itself comes before what we ask for, as its own build would have it. */
final class HostLibraries {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final List<String> NOT_TO_BE_HAD = List.of(
            "Could not resolve", "Could not find artifact", "Could not transfer", "UnresolveableBuildExtension");

    private HostLibraries() {}

    /** The jar with all libraries of the standalone program. */
    static List<Path> standalone() throws IOException {
        return jars(assembled());
    }

    /**
     * The classes and libraries of a project below {@code src/it}, with our jar and those of its libraries that the project has
     * not. Skips the test when the project's artifacts can't be had here.
     */
    static List<Path> project(String name) throws Exception {
        Path target = Path.of("target", "it", name).toAbsolutePath();
        build(name, target);
        List<Path> classPath = new ArrayList<>(List.of(target.resolve("classes")));
        classPath.addAll(jars(target.resolve("lib")));
        Set<String> there = classPath.stream().map(HostLibraries::artifact).collect(Collectors.toSet());
        Set<String> ours = asked();
        jars(assembled()).stream()
                .filter(jar -> ours.contains(artifact(jar)) && !there.contains(artifact(jar)))
                .forEach(classPath::add);
        return classPath;
    }

    /** Offline first, so that a warm repository is enough and quick. */
    private static void build(String name, Path target) throws Exception {
        Files.createDirectories(target);
        String output = "";
        for (List<String> mode : List.of(List.of("-o"), List.<String>of())) {
            List<String> command = new ArrayList<>(List.of(maven(), "-B", "-q", "-e"));
            command.addAll(mode);
            command.addAll(List.of(
                    "-f",
                    Path.of("src", "it", name, "pom.xml").toAbsolutePath().toString(),
                    "-Dit.directory=" + target,
                    "-Dmaven.repo.local=" + System.getProperty("saddlebag.maven.repository", home(".m2/repository")),
                    "process-classes",
                    "dependency:copy-dependencies"));
            try (HostProcess maven = HostProcess.start(target, command)) {
                if (maven.exitCode(LIMIT) == 0) {
                    return;
                }
                output = maven.output();
            }
        }
        String said = output;
        String reason = said.lines()
                .filter(line -> line.startsWith("[ERROR]"))
                .findFirst()
                .orElse(said);
        assumeTrue(
                NOT_TO_BE_HAD.stream().noneMatch(said::contains),
                "the artifacts of src/it/" + name + " can't be had here: " + reason);
        throw new AssertionError("src/it/" + name + " does not build:\n" + said);
    }

    private static String maven() {
        String home = System.getProperty("saddlebag.maven");
        return home == null ? "mvn" : Path.of(home, "bin", "mvn").toString();
    }

    private static String home(String below) {
        return Path.of(System.getProperty("user.home")).resolve(below).toString();
    }

    private static Path assembled() {
        return Path.of(System.getProperty("saddlebag.assembled", "target/saddlebag"), "lib")
                .toAbsolutePath();
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /** A Maven jar's name up to its version. */
    private static String artifact(Path jar) {
        return jar.getFileName().toString().replaceFirst("-\\d.*", "");
    }

    /** What our pom brings into a host: compile scope, not optional, but Camel, which is the host's; and the jar itself. */
    static Set<String> asked() throws Exception {
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile());
        Element dependencies =
                children(pom.getDocumentElement(), "dependencies").get(0);
        Set<String> asked = children(dependencies, "dependency").stream()
                .filter(each -> children(each, "optional").isEmpty()
                        && children(each, "scope").isEmpty())
                .map(each -> children(each, "artifactId").get(0).getTextContent())
                .filter(artifact -> !artifact.startsWith("camel-"))
                .collect(Collectors.toSet());
        asked.add("saddlebag");
        // comes with jackson-dataformat-yaml
        asked.add("snakeyaml");
        return asked;
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
