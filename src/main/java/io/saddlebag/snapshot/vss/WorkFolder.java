package io.saddlebag.snapshot.vss;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of one snapshot by which it and the waiting batch file talk, in this process and after it. */
final class WorkFolder {
    /** Written by the batch file: {@code name=id} lines. There when the shadow copies are. */
    static final String IDS = "ids.txt";

    /** Tells the batch file that the copy is done. */
    static final String CONFIRM = "confirm";

    /** Tells the batch file that nothing was backed up; goes before {@link #CONFIRM}. */
    static final String ABORT = "abort";

    static final String SET = "VSS_SHADOW_SET";

    private static final String SCRIPT = "create.dsh";
    private static final String HOLD = "hold.cmd";
    private static final String METADATA = "metadata.cab";
    private static final String DIALOGUE = "dialogue.txt";
    private static final long LARGEST_BYTES = 1 << 20;
    private static final Pattern SET_LINE = Pattern.compile("%?\\bVSS_SHADOW_SET\\b");
    private static final Pattern GUID = Pattern.compile("\\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\}");

    private final Path folder;

    WorkFolder(Path folder) {
        this.folder = folder;
    }

    boolean exists() {
        return Files.exists(folder);
    }

    void make() throws IOException {
        Path parent = folder.getParent();
        if (parent != null && Files.notExists(parent)) {
            Files.createDirectories(parent);
        }
        Files.createDirectory(folder);
    }

    Path script() {
        return folder.resolve(SCRIPT);
    }

    Path hold() {
        return folder.resolve(HOLD);
    }

    Path metadata() {
        return folder.resolve(METADATA);
    }

    /** With the line ends of Windows; everything in it is plain. */
    Path write(Path file, List<String> lines) throws IOException {
        return Files.writeString(file, String.join("\r\n", lines) + "\r\n", StandardCharsets.US_ASCII);
    }

    /** A script that is no snapshot's own; one that is there already is not written again under those who read it. */
    static Path script(Path folder, String name, List<String> lines) throws IOException {
        Path file = Files.createDirectories(folder).resolve(name.replaceAll("[^A-Za-z0-9-]", "") + ".dsh");
        if (Files.notExists(file)) {
            Path part = Files.createTempFile(folder, "script", ".part");
            new WorkFolder(folder).write(part, lines);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }

    void keepDialogue(List<String> lines) throws IOException {
        Files.write(folder.resolve(DIALOGUE), lines, StandardCharsets.UTF_8);
    }

    void mark(String word) throws IOException {
        Path file = folder.resolve(word);
        if (Files.notExists(file)) {
            Files.createFile(file);
        }
    }

    /** Ids by alias, as the batch file wrote them; empty until it has. */
    Map<String, String> ids() throws IOException {
        Map<String, String> ids = new LinkedHashMap<>();
        for (String line : lines(IDS)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                String id = line.substring(equals + 1).strip();
                if (ShadowScript.isGuid(id)) {
                    ids.put(line.substring(0, equals), id.toLowerCase(Locale.ROOT));
                }
            }
        }
        return ids;
    }

    /** Every shadow copy set that its files name. */
    Set<String> sets() throws IOException {
        Set<String> sets = new LinkedHashSet<>();
        String told = ids().get(SET);
        if (told != null) {
            sets.add(told);
        }
        sets.addAll(setsIn(lines(DIALOGUE)));
        return sets;
    }

    /** Those that are named as the set, whatever the language. */
    static Set<String> setsIn(List<String> lines) {
        Set<String> sets = new LinkedHashSet<>();
        for (String line : lines) {
            Matcher id = GUID.matcher(line);
            if (SET_LINE.matcher(line).find() && id.find()) {
                sets.add(id.group().toLowerCase(Locale.ROOT));
            }
        }
        return sets;
    }

    private List<String> lines(String name) throws IOException {
        Path file = folder.resolve(name);
        if (Files.notExists(file) || Files.size(file) > LARGEST_BYTES) {
            return List.of();
        }
        // a name in another code page is no reason to give up: ids are ASCII
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    }

    /** With everything that is in it; no effect when it is gone. */
    void remove() throws IOException {
        if (!exists()) {
            return;
        }
        try (var entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                Files.delete(entry);
            }
        }
        Files.delete(folder);
    }
}
