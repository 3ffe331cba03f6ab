package io.saddlebag.snapshot.vss;

import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.snapshot.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Stands in for {@code diskshadow -s}: strict about the commands that the provider uses, on volumes that are Btrfs subvolumes.
 * What it says is what published sessions and Microsoft's pages show; {@code sessions/README.md} has the source of each text.
 * It plays the waiting batch file itself.
 */
public final class DiskshadowTwin {
    private static final int FAILED = 1;
    private static final String DEVICE = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy";

    private final Path state;
    private final StandIn standIn;
    private final Posix posix = new LinuxPosix();
    private final List<String[]> added = new ArrayList<>();
    private final Map<String, String> aliases = new LinkedHashMap<>();
    private boolean begun;
    private boolean ended;
    private boolean japanese;

    private DiskshadowTwin(Path state) {
        this.state = state;
        this.standIn = new StandIn(state);
    }

    /** One shadow copy, as kept between runs. */
    private record Shadow(String id, String set, String volume, String number, String path, String exposed) {
        String line() {
            return String.join("\t", id, set, volume, number, path, exposed);
        }
    }

    static void addVolume(Path state, String volume, Path folder) throws IOException {
        Map<String, String> volumes = pairs(state.resolve("volumes"));
        volumes.put(volume, folder.toString());
        write(state.resolve("volumes"), volumes);
    }

    /** @param status as {@code id state failure}; kept until the next {@code create} that has no fault */
    static void setWriter(Path state, String name, String status) throws IOException {
        Map<String, String> writers = pairs(state.resolve("writers"));
        writers.put(name, status);
        write(state.resolve("writers"), writers);
    }

    static List<String> shadowIds(Path state) throws IOException {
        return shadows(state).stream().map(Shadow::id).toList();
    }

    /** In the test: its storage was too small, and Windows deleted it. */
    static void loseAll(Path state) throws IOException {
        Files.deleteIfExists(state.resolve("shadows"));
    }

    public static void main(String[] args) throws Exception {
        DiskshadowTwin twin = new DiskshadowTwin(Path.of(args[0]));
        if (args.length != 3 || !args[1].equals("-s")) {
            System.exit(2);
        }
        System.exit(twin.run(Path.of(args[2])));
    }

    private int run(Path script) throws IOException, InterruptedException {
        System.out.println("Microsoft DiskShadow version 1.0");
        System.out.println("Copyright (C) 2013 Microsoft Corporation");
        System.out.println("On computer:  ORA01,  11/21/2026 12:00:00 PM");
        System.out.println();
        japanese = Files.exists(state.resolve("japanese"));
        int code = 0;
        for (String line : Files.readString(script).split("\r\n")) {
            System.out.println("-> " + line);
            standIn.called(List.of(line));
            String fault = standIn.fault(List.of(line));
            switch (fault) {
                case "", "none" -> code = act(line, "");
                case "hang" -> StandIn.hang();
                case "die" -> Runtime.getRuntime().halt(137);
                case "fail" -> code = failed();
                case "fail exit 0" -> {
                    failed();
                    return 0;
                }
                case "fail after" -> {
                    act(line, "");
                    code = failed();
                }
                default -> code = act(line, fault);
            }
            if (code != 0 || line.equals("exit")) {
                break;
            }
        }
        if (begun && !ended) {
            System.out.println();
            System.out.println("Note: END BACKUP was not commanded, writers not notified BackupComplete.");
            System.out.println("DiskShadow is exiting.");
        }
        return code;
    }

    private static int failed() {
        System.out.println();
        System.out.println("COM call \"(*vssObject)->DoSnapshotSet\" failed.");
        System.out.println("The last operation failed.");
        System.out.println("        - Returned HRESULT: 80042316");
        return FAILED;
    }

    private int act(String line, String fault) throws IOException, InterruptedException {
        String[] words = line.split(" ");
        switch (words[0] + (words.length > 1 ? " " + words[1] : "")) {
            case "set context" -> {
                return words[2].equals("persistent") ? 0 : usage();
            }
            case "set metadata" -> Files.writeString(Path.of(words[2]), "cab");
            case "begin backup" -> begun = true;
            case "add volume" -> {
                if (!pairs(state.resolve("volumes")).containsKey(words[2]) || !words[3].equals("alias")) {
                    return failed();
                }
                added.add(new String[] {words[2], words[4]});
            }
            case "writer verify" -> {
                return writers().values().stream().anyMatch(status -> status.startsWith(words[2])) ? 0 : failed();
            }
            case "create" -> create(fault);
            case "list writers" -> listWriters();
            case "list shadows" -> list(shadows(state), "");
            case "exec " -> usage();
            case "end backup" -> {
                ended = true;
                settle();
            }
            case "delete shadows" -> {
                return delete(words[3]);
            }
            case "exit" -> {
                return 0;
            }
            default -> {
                return words[0].equals("exec")
                        ? exec(Path.of(words[1]), fault)
                        : words[0].equals("expose") ? expose(words[1], Path.of(words[2])) : usage();
            }
        }
        return 0;
    }

    private static int usage() {
        System.out.println("The command is not understood.");
        return FAILED;
    }

    private void create(String fault) throws IOException {
        String set = guid();
        List<Shadow> made = new ArrayList<>();
        for (String[] volume : added) {
            if (fault.equals("one less") && made.size() == added.size() - 1) {
                break;
            }
            Path source = Path.of(pairs(state.resolve("volumes")).get(volume[0]));
            posix.syncFileSystem(source);
            String number = Integer.toString(shadows(state).size() + made.size() + 1);
            Path path = source.resolveSibling("shadow-" + UUID.randomUUID());
            posix.snapshotSubvolume(source, path);
            String id = guid();
            aliases.put(volume[1], id);
            made.add(new Shadow(id, set, volume[0], number, path.toString(), ""));
            System.out.println("Alias " + volume[1] + " for shadow ID " + id + " set as environment variable.");
        }
        aliases.put("VSS_SHADOW_SET", set);
        System.out.println("Alias VSS_SHADOW_SET for shadow set ID " + set + " set as environment variable.");
        System.out.println();
        List<Shadow> all = new ArrayList<>(shadows(state));
        all.addAll(made);
        save(all);
        Map<String, String> states = writers();
        states.replaceAll((name, status) -> status.replace(" 1 0x00000000", " 5 0x00000000"));
        if (fault.startsWith("writer ")) {
            states.replaceAll((name, status) -> status.split(" ")[0] + fault.substring("writer".length()));
        }
        write(state.resolve("writers"), states);
        System.out.println("Querying all shadow copies with the shadow copy set ID " + set);
        System.out.println();
        list(made, fault);
    }

    private void list(List<Shadow> shadows, String fault) {
        for (Shadow each : shadows) {
            String alias = aliases.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(each.id()))
                    .map(entry -> "               %" + entry.getKey() + "%")
                    .findFirst()
                    .orElse("");
            String set = aliases.isEmpty() ? "" : "       %VSS_SHADOW_SET%";
            String volume = fault.equals("wrong volume") ? "X:" : each.volume();
            System.out.println(
                    (japanese ? "        * シャドウ コピー ID = " : "        * Shadow copy ID = ") + each.id() + alias);
            System.out.println((japanese ? "                - シャドウ コピー セット: " : "                - Shadow copy set: ")
                    + each.set()
                    + set);
            System.out.println("                - Original count of shadow copies = " + shadows.size());
            System.out.println(
                    "                - Original volume name: \\\\?\\Volume{351b4712-0000-0000-0000-602200000000}\\ ["
                            + volume + "\\]");
            System.out.println("                - Creation time: 11/21/2026 12:00:01 PM");
            System.out.println("                - Shadow copy device name: " + DEVICE + each.number());
            System.out.println("                - Originating machine: ORA01");
            System.out.println("                - Service machine: ORA01");
            System.out.println("                - Not exposed");
            System.out.println("                - Provider ID: {b5946137-7b9f-4925-af80-51abd60b20d5}");
            System.out.println("                - Attributes:  No_Auto_Release Persistent Differential");
            System.out.println();
        }
        if (shadows.isEmpty()) {
            System.out.println("No shadow copies found in system.");
        } else if (!fault.equals("no count")) {
            System.out.println(
                    (japanese ? "一覧表示されたシャドウ コピーの数: " : "Number of shadow copies listed: ") + shadows.size());
        }
    }

    private void listWriters() throws IOException {
        System.out.println("Listing writer status ...");
        writers().forEach((name, status) -> {
            String[] parts = status.split(" ");
            System.out.println((japanese ? "* ライター \"" : "* WRITER \"") + name + "\"");
            System.out.println("        - Status: " + parts[1] + " (VSS_WS_SOMETHING)");
            System.out.println("        - Writer Failure code: " + parts[2] + " (S_SOMETHING)");
            System.out.println("        - Writer ID: " + parts[0]);
            System.out.println("        - Instance ID: " + guid());
        });
    }

    private int expose(String alias, Path at) throws IOException {
        String id = aliases.get(alias.replace("%", ""));
        if (id == null) {
            return failed();
        }
        System.out.println("-> " + alias + " = " + id);
        List<Shadow> all = new ArrayList<>();
        for (Shadow each : shadows(state)) {
            if (each.id().equals(id)) {
                Files.delete(at);
                posix.snapshotSubvolume(Path.of(each.path()), at);
                all.add(new Shadow(id, each.set(), each.volume(), each.number(), each.path(), at.toString()));
            } else {
                all.add(each);
            }
        }
        save(all);
        System.out.println("The shadow copy was successfully exposed as " + at + "\\.");
        return 0;
    }

    /** What the batch file does, which has to be the one that the generator makes. */
    private int exec(Path file, String fault) throws IOException, InterruptedException {
        List<String> lines = List.of(Files.readString(file).split("\r\n"));
        long seconds = Long.parseLong(lines.get(4).replaceAll(".*,(\\d+)\\).*", "$1"));
        if (!lines.equals(ShadowScript.hold(seconds))) {
            return usage();
        }
        List<String> ids = new ArrayList<>();
        aliases.forEach((name, id) -> ids.add(name + "=" + id));
        if (fault.equals("lost alias")) {
            ids.remove(0);
        }
        Files.write(file.resolveSibling("ids.txt.part"), ids);
        Files.move(file.resolveSibling("ids.txt.part"), file.resolveSibling("ids.txt"));
        for (long i = 0; i < seconds * 20; i++) {
            if (Files.exists(file.resolveSibling("abort"))) {
                System.out.println("The script file name \"" + file + "\" failed.");
                return FAILED;
            }
            if (Files.exists(file.resolveSibling("confirm"))) {
                return 0;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return FAILED;
    }

    private int delete(String set) throws IOException {
        List<Shadow> left = new ArrayList<>();
        int deleted = 0;
        for (Shadow each : shadows(state)) {
            if (!each.set().equals(set)) {
                left.add(each);
                continue;
            }
            deleted++;
            System.out.println("Deleting shadow copy " + each.id() + " on volume " + each.volume() + "\\ ...");
            if (!each.exposed().isEmpty()) {
                posix.deleteSubvolume(Path.of(each.exposed()));
                Files.createDirectory(Path.of(each.exposed()));
            }
            posix.deleteSubvolume(Path.of(each.path()));
        }
        save(left);
        System.out.println("Number of shadow copies deleted: " + deleted);
        return deleted == 0 ? FAILED : 0;
    }

    private void settle() throws IOException {
        Map<String, String> states = writers();
        states.replaceAll((name, status) -> status.replace(" 5 0x00000000", " 1 0x00000000"));
        write(state.resolve("writers"), states);
    }

    private Map<String, String> writers() throws IOException {
        return pairs(state.resolve("writers"));
    }

    private static String guid() {
        return ("{" + UUID.randomUUID() + "}").toLowerCase(Locale.ROOT);
    }

    private static List<Shadow> shadows(Path state) throws IOException {
        Path file = state.resolve("shadows");
        List<Shadow> all = new ArrayList<>();
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            String[] parts = line.split("\t", -1);
            all.add(new Shadow(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]));
        }
        return all;
    }

    private void save(List<Shadow> shadows) throws IOException {
        Files.write(state.resolve("shadows"), shadows.stream().map(Shadow::line).toList());
    }

    private static Map<String, String> pairs(Path file) throws IOException {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            pairs.put(line.substring(0, line.indexOf('\t')), line.substring(line.indexOf('\t') + 1));
        }
        return pairs;
    }

    private static void write(Path file, Map<String, String> pairs) throws IOException {
        List<String> lines = new ArrayList<>();
        pairs.forEach((key, value) -> lines.add(key + "\t" + value));
        Files.write(file, lines);
    }
}
