package io.saddlebag.snapshot.lvm;

import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.snapshot.StandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stands in for {@code lvm}: the commands that the provider uses, with LVM's options, exit codes and words, on volumes that
 * are image files. Shape of the report, exit code 5 and the words for "insufficient free space", "already exists" and
 * "failed to find" are of LVM 2.03.16 on volumes without device mapper; those for the use of a snapshot are from memory.
 */
public final class LvmTwin {
    private static final String VOLUMES = "volumes";
    private static final int FAILED = 5;
    private static final int INVALID_ARGUMENT = 3;

    private final Path state;
    private final List<String> arguments;
    private final StandIn standIn;

    private LvmTwin(Path state, List<String> arguments) {
        this.state = state;
        this.arguments = arguments;
        this.standIn = new StandIn(state);
    }

    /** In the test: a volume with a file system that is mounted. */
    static void addOrigin(Path state, String name, Path image, Path mount, String deviceNumber, String pool)
            throws IOException {
        Map<String, String> volume = new LinkedHashMap<>();
        volume.put("lv_name", name);
        volume.put("lv_uuid", UUID.randomUUID().toString());
        volume.put("lv_path", "/dev/vg0/" + name);
        volume.put("lv_kernel_major", deviceNumber.split(":")[0]);
        volume.put("lv_kernel_minor", deviceNumber.split(":")[1]);
        volume.put("origin", "");
        volume.put("pool_lv", pool);
        volume.put("lv_size", Long.toString(Files.size(image)));
        volume.put("data_percent", "");
        volume.put("lv_snapshot_invalid", "-1");
        volume.put("lv_health_status", "");
        volume.put("lv_tags", "");
        volume.put("image", image.toString());
        volume.put("mount", mount.toString());
        Map<String, Map<String, String>> volumes = read(state);
        volumes.put(name, volume);
        write(state, volumes);
    }

    static void addPool(Path state, String name) throws IOException {
        Map<String, Map<String, String>> volumes = read(state);
        Map<String, String> pool = new LinkedHashMap<>();
        pool.put("lv_name", name);
        pool.put("lv_uuid", UUID.randomUUID().toString());
        for (String empty : List.of("lv_path", "origin", "pool_lv", "lv_health_status", "lv_tags")) {
            pool.put(empty, "");
        }
        pool.put("lv_kernel_major", "-1");
        pool.put("lv_kernel_minor", "-1");
        pool.put("lv_size", "104857600");
        pool.put("data_percent", "10.00");
        pool.put("lv_snapshot_invalid", "-1");
        volumes.put(name, pool);
        write(state, volumes);
    }

    /** In the test: what lvs will say from now on. */
    static void set(Path state, String name, String column, String value) throws IOException {
        Map<String, Map<String, String>> volumes = read(state);
        volumes.get(name).put(column, value);
        write(state, volumes);
    }

    static List<String> names(Path state) throws IOException {
        return List.copyOf(read(state).keySet());
    }

    /** In the test: somebody removes a volume that is in use, as only a broken machine can. */
    static void lose(Path state, String name) throws IOException {
        Map<String, Map<String, String>> volumes = read(state);
        volumes.remove(name);
        write(state, volumes);
    }

    public static void main(String[] args) throws Exception {
        Path state = Path.of(args[0]);
        List<String> arguments = List.of(args).subList(1, args.length);
        System.exit(new LvmTwin(state, arguments).run());
    }

    private int run() throws IOException, InterruptedException {
        standIn.called(arguments);
        String fault = standIn.fault(arguments);
        if (fault.equals("hang")) {
            StandIn.hang();
        }
        if (fault.equals("fail")) {
            return failed("device-mapper: reload ioctl on  (253:3) failed: Invalid argument");
        }
        if (fault.equals("babble")) {
            System.out.println("  {");
            System.out.println("      \"report\": [");
            return 0;
        }
        int code = switch (arguments.get(0)) {
            case "lvs" -> list();
            case "lvcreate" -> create(fault);
            case "lvremove" -> remove();
            default -> wrong("No such command '" + arguments.get(0) + "'.");
        };
        return fault.equals("fail after") ? failed("Failed to unlock logical volumes.") : code;
    }

    private int list() throws IOException {
        if (!arguments.subList(0, 8).equals(VolumeReport.ARGUMENTS.subList(0, 8))) {
            return wrong("unexpected options of lvs");
        }
        System.out.println("  WARNING: locking_type (3) is deprecated, using file locking.");
        System.out.println("  {\n      \"report\": [\n          {\n              \"lv\": [");
        List<String> rows = new ArrayList<>();
        for (Map<String, String> volume : read(state).values()) {
            rows.add("                  {"
                    + Arrays.stream(arguments.get(8).split(","))
                            .map(column -> '"' + column + "\":\"" + value(volume, column) + '"')
                            .collect(Collectors.joining(", "))
                    + "}");
        }
        System.out.println(String.join(",\n", rows));
        System.out.println("              ]\n          }\n      ]\n  }");
        return 0;
    }

    private static String value(Map<String, String> volume, String column) {
        return switch (column) {
            case "vg_name" -> "vg0";
            case "vg_free" -> volume.getOrDefault("vg_free", "1073741824");
            default -> volume.get(column);
        };
    }

    private int create(String fault) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        String origin = "";
        for (int i = 1; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--yes", "--snapshot" -> options.put(argument, "");
                case "--name", "--addtag", "--permission", "--size", "--setactivationskip" ->
                    options.put(argument, arguments.get(++i));
                default -> origin = argument;
            }
        }
        Map<String, Map<String, String>> volumes = read(state);
        Map<String, String> of = volumes.get(origin.replaceFirst("^vg0/", ""));
        String name = options.get("--name");
        if (of == null || !options.containsKey("--snapshot") || !"r".equals(options.get("--permission"))) {
            return wrong("Snapshot origin LV " + origin + " not found in Volume group vg0.");
        }
        boolean thin = !of.get("pool_lv").isEmpty();
        if (thin == options.containsKey("--size") || thin != options.containsKey("--setactivationskip")) {
            return wrong("Please specify either size or extents.");
        }
        if (volumes.containsKey(name)) {
            return failed("Logical Volume \"" + name + "\" already exists in volume group \"vg0\"");
        }
        if (fault.equals("full")) {
            return failed("Volume group \"vg0\" has insufficient free space (1 extents): 4 required.");
        }
        Path device = Files.createDirectories(state.resolve("dev/vg0")).resolve(name);
        copyFrozen(Path.of(of.get("image")), Path.of(of.get("mount")), device);
        Map<String, String> made = new LinkedHashMap<>(of);
        made.put("lv_name", name);
        made.put("lv_uuid", UUID.randomUUID().toString());
        made.put("lv_path", device.toString());
        made.put("lv_kernel_major", "253");
        made.put("lv_kernel_minor", Integer.toString(volumes.size()));
        made.put("origin", of.get("lv_name"));
        made.put("lv_tags", options.get("--addtag"));
        made.put("data_percent", "0.00");
        made.put("lv_snapshot_invalid", thin ? "-1" : "0");
        made.put("lv_size", thin ? of.get("lv_size") : options.get("--size").replaceFirst("b$", ""));
        volumes.put(name, made);
        write(state, volumes);
        System.out.println("  Logical volume \"" + name + "\" created.");
        return 0;
    }

    /** Device mapper freezes the file system, too, while it puts the snapshot below it. */
    private static void copyFrozen(Path image, Path mount, Path target) throws IOException {
        Posix posix = new LinuxPosix();
        posix.freeze(mount);
        try {
            Files.copy(image, target);
        } finally {
            posix.thaw(mount);
        }
    }

    private int remove() throws IOException, InterruptedException {
        if (arguments.size() != 3 || !arguments.get(1).equals("--yes")) {
            return wrong("Do you really want to remove it? [y/n]: no answer");
        }
        Map<String, Map<String, String>> volumes = read(state);
        String name = arguments.get(2).replaceFirst("^vg0/", "");
        Map<String, String> volume = volumes.get(name);
        if (volume == null) {
            return failed("Failed to find logical volume \"vg0/" + name + "\"");
        }
        for (int attempt = 0; inUse(volume.get("lv_path")); attempt++) {
            if (attempt == 20) {
                return failed("Logical volume vg0/" + name + " contains a filesystem in use.");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        Files.deleteIfExists(Path.of(volume.get("lv_path")));
        volumes.remove(name);
        write(state, volumes);
        System.out.println("  Logical volume \"" + name + "\" successfully removed.");
        return 0;
    }

    private static boolean inUse(String device) throws IOException {
        try (Stream<Path> loops = Files.list(Path.of("/sys/block"))) {
            return loops.map(loop -> loop.resolve("loop/backing_file"))
                    .filter(Files::exists)
                    .anyMatch(file -> content(file).equals(device));
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (java.nio.file.NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int failed(String words) {
        System.err.println("  " + words);
        return FAILED;
    }

    private static int wrong(String words) {
        System.err.println("  " + words);
        return INVALID_ARGUMENT;
    }

    private static Map<String, Map<String, String>> read(Path state) throws IOException {
        Map<String, Map<String, String>> volumes = new LinkedHashMap<>();
        Path file = state.resolve(VOLUMES);
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            Map<String, String> volume = new LinkedHashMap<>();
            for (String part : line.split("\t")) {
                volume.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
            }
            volumes.put(volume.get("lv_name"), volume);
        }
        return volumes;
    }

    private static void write(Path state, Map<String, Map<String, String>> volumes) throws IOException {
        Files.write(
                state.resolve(VOLUMES),
                volumes.values().stream()
                        .map(volume -> volume.entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .collect(Collectors.joining("\t")))
                        .toList());
    }
}
