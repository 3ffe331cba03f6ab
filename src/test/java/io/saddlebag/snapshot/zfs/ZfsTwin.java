package io.saddlebag.snapshot.zfs;

import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.snapshot.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands in for {@code zfs}: the subcommands that the provider uses, on datasets that are Btrfs subvolumes. Columns with tabs
 * between are zfs-list(8)'s; "dataset does not exist", "dataset is busy" and "dataset already exists" are OpenZFS's words,
 * from memory.
 */
public final class ZfsTwin {
    private static final String STATE = "datasets";

    private final Path state;
    private final List<String> arguments;
    private final StandIn standIn;

    private ZfsTwin(Path state, List<String> arguments) {
        this.state = state;
        this.arguments = arguments;
        this.standIn = new StandIn(state);
    }

    /** One dataset or snapshot. */
    private record Entry(String guid, String mount, String holds) {
        long holdCount() {
            return holds.isEmpty() ? 0 : holds.split(",").length;
        }
    }

    static void addDataset(Path state, String name, Path mount) throws IOException {
        Files.createDirectories(mount.resolve(".zfs/snapshot"));
        Map<String, Entry> all = read(state);
        all.put(name, new Entry(Integer.toString(1000 + all.size()), mount.toString(), ""));
        write(state, all);
    }

    static List<String> names(Path state) throws IOException {
        return List.copyOf(read(state).keySet());
    }

    /** In the test: somebody else holds it. */
    static void hold(Path state, String snapshot, String tags) throws IOException {
        Map<String, Entry> all = read(state);
        Entry entry = all.get(snapshot);
        all.put(snapshot, new Entry(entry.guid(), entry.mount(), tags));
        write(state, all);
    }

    /** In the test: somebody destroyed it and made another of the same name. */
    static void replace(Path state, String snapshot) throws IOException {
        Map<String, Entry> all = read(state);
        Entry entry = all.get(snapshot);
        all.put(snapshot, new Entry("4711", entry.mount(), entry.holds()));
        write(state, all);
    }

    public static void main(String[] args) throws Exception {
        System.exit(new ZfsTwin(Path.of(args[0]), List.of(args).subList(1, args.length)).run());
    }

    private int run() throws IOException, InterruptedException {
        standIn.called(arguments);
        String fault = standIn.fault(arguments);
        if (fault.equals("hang")) {
            StandIn.hang();
        }
        if (fault.equals("fail")) {
            return failed("internal error: out of memory");
        }
        if (fault.equals("babble")) {
            System.out.println("tank/data@without-anything-else");
            return 0;
        }
        int code = switch (arguments.get(0)) {
            case "list" -> list();
            case "snapshot" -> snapshot();
            case "hold" -> hold();
            case "holds" -> holds();
            case "release" -> release();
            case "destroy" -> destroy();
            default -> failed("unrecognized command '" + arguments.get(0) + "'");
        };
        return fault.equals("fail after") ? failed("internal error: I/O error") : code;
    }

    private int list() throws IOException {
        String dataset = arguments.get(arguments.size() - 1);
        Map<String, Entry> all = read(state);
        if (!all.containsKey(dataset)) {
            return failed("cannot open '" + dataset + "': dataset does not exist");
        }
        if (arguments.equals(List.of("list", "-Hp", "-t", "filesystem", "-o", "name", dataset))) {
            System.out.println(dataset);
            return 0;
        }
        if (!arguments.equals(
                List.of("list", "-Hp", "-t", "snapshot", "-d", "1", "-o", "name,guid,userrefs", dataset))) {
            return failed("invalid option");
        }
        all.forEach((name, entry) -> {
            if (name.startsWith(dataset + "@")) {
                System.out.println(name + "\t" + entry.guid() + "\t" + entry.holdCount());
            }
        });
        return 0;
    }

    private int snapshot() throws IOException {
        Map<String, Entry> all = read(state);
        Posix posix = new LinuxPosix();
        String pool = arguments.get(1).replaceFirst("[/@].*", "");
        for (String name : arguments.subList(1, arguments.size())) {
            Entry dataset = all.get(name.substring(0, name.indexOf('@')));
            if (dataset == null) {
                return failed("cannot open '" + name + "': dataset does not exist");
            }
            if (all.containsKey(name)) {
                return failed("cannot create snapshot '" + name + "': dataset already exists");
            }
            if (!name.startsWith(pool)) {
                return failed("cannot create snapshots of several pools at one instant");
            }
        }
        for (String name : arguments.subList(1, arguments.size())) {
            Entry dataset = all.get(name.substring(0, name.indexOf('@')));
            Path top = Path.of(dataset.mount());
            posix.syncFileSystem(top);
            Path shown = top.resolve(".zfs/snapshot").resolve(name.substring(name.indexOf('@') + 1));
            posix.snapshotSubvolume(top, shown);
            all.put(name, new Entry(Integer.toString(1000 + all.size()), shown.toString(), ""));
        }
        write(state, all);
        return 0;
    }

    private int hold() throws IOException {
        Map<String, Entry> all = read(state);
        for (String name : arguments.subList(2, arguments.size())) {
            Entry entry = all.get(name);
            if (entry == null) {
                return failed("cannot hold snapshot '" + name + "': dataset does not exist");
            }
            all.put(name, new Entry(entry.guid(), entry.mount(), arguments.get(1)));
        }
        write(state, all);
        return 0;
    }

    private int holds() throws IOException {
        Entry entry = read(state).get(arguments.get(2));
        for (String tag : entry == null || entry.holds().isEmpty()
                ? new String[0]
                : entry.holds().split(",")) {
            System.out.println(arguments.get(2) + "\t" + tag + "\tSat Nov 21 12:00 2026");
        }
        return 0;
    }

    private int release() throws IOException {
        Map<String, Entry> all = read(state);
        Entry entry = all.get(arguments.get(2));
        List<String> left = new ArrayList<>(List.of(entry.holds().split(",")));
        if (!left.remove(arguments.get(1))) {
            return failed("cannot release hold from snapshot '" + arguments.get(2) + "': no such tag on this dataset");
        }
        all.put(arguments.get(2), new Entry(entry.guid(), entry.mount(), String.join(",", left)));
        write(state, all);
        return 0;
    }

    private int destroy() throws IOException {
        Map<String, Entry> all = read(state);
        String name = arguments.get(1);
        Entry entry = all.get(name);
        if (arguments.size() != 2 || !name.contains("@") || entry == null) {
            return failed("could not find any snapshots to destroy; check snapshot names.");
        }
        if (entry.holdCount() > 0) {
            return failed("cannot destroy '" + name + "': dataset is busy");
        }
        new LinuxPosix().deleteSubvolume(Path.of(entry.mount()));
        all.remove(name);
        write(state, all);
        return 0;
    }

    private static int failed(String words) {
        System.err.println(words);
        return 1;
    }

    private static Map<String, Entry> read(Path state) throws IOException {
        Map<String, Entry> all = new LinkedHashMap<>();
        Path file = state.resolve(STATE);
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            String[] parts = line.split("\t", -1);
            all.put(parts[0], new Entry(parts[1], parts[2], parts[3]));
        }
        return all;
    }

    private static void write(Path state, Map<String, Entry> all) throws IOException {
        List<String> lines = new ArrayList<>();
        all.forEach((name, e) -> lines.add(name + "\t" + e.guid() + "\t" + e.mount() + "\t" + e.holds()));
        Files.write(state.resolve(STATE), lines);
    }
}
