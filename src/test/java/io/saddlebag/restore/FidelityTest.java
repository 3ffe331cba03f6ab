package io.saddlebag.restore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.catalog.Backup;
import io.saddlebag.host.local.LoopFileSystem;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.RawPath;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A tree built to be nasty comes back as it was, on each file system, by the judgement of programs of others. As root, since
 * owners, devices and capabilities are root's to give.
 */
@Tag("D3")
final class FidelityTest {
    private static final List<String> TOOLS = List.of(
            "rsync",
            "setfacl",
            "getfacl",
            "setfattr",
            "getfattr",
            "setcap",
            "getcap",
            "chattr",
            "lsattr",
            "mknod",
            "mkfs.ext4");
    private static final Instant BEFORE_1970 = Instant.parse("1969-07-20T20:17:40.123456789Z");
    private static final Instant LATE = Instant.parse("2037-01-01T00:00:00.999999999Z");

    private final Posix posix = new LinuxPosix();

    @TempDir
    Path home;

    private Workbench bench;
    private Workbench.Node node;

    @BeforeEach
    void open() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "owners, devices and mounts need root");
        for (String tool : TOOLS) {
            assumeTrue(
                    Stream.of(System.getenv("PATH").split(":")).anyMatch(p -> Files.isExecutable(Path.of(p, tool))),
                    tool + " is not installed here");
        }
        bench = new Workbench(Files.createDirectory(home.resolve("bench")));
        node = bench.node();
    }

    @AfterEach
    void close() throws Exception {
        if (bench != null) {
            bench.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"EXT4,NONE,1", "XFS,ZSTD,1", "BTRFS,NONE,1", "XFS,NONE,2"})
    void a_nasty_tree_comes_back_as_it_was(LoopFileSystem.Kind kind, String compression, int drives) throws Exception {
        try (LoopFileSystem disk = disk(kind)) {
            Path tree = Files.createDirectory(disk.path().resolve("tree"));
            Path target = Files.createDirectory(disk.path().resolve("target"));
            // what is restored must not take this over
            run("setfacl", "-d", "-m", "u:1234:rwx", target.toString());
            build(tree, kind);
            Map<String, String> before = seen(tree);

            backUp(tree, compression.equals("NONE") ? Compression.NONE : Compression.parse("zstd=3"), drives);
            restore(target);
            Path restored = target.resolve(tree.toString().substring(1));

            Map<String, String> after = seen(restored);
            assertThat(difference(after, before)).isEmpty();
            assertThat(difference(before, after)).isEmpty();
            after.forEach((name, what) -> assertThat(what).as(name).isEqualTo(before.get(name)));
            assertThat(run("rsync", "-naHAXic", "--delete", tree + "/", restored + "/"))
                    .isEmpty();
            for (String tool : List.of("getfacl -R -n", "getcap -r", "getfattr -R -h -d -m - -e hex", "lsattr -R")) {
                List<String> then = judged(tool, tree);
                List<String> now = judged(tool, restored);
                assertThat(without(now, then)).as(tool).isEmpty();
                assertThat(without(then, now)).as(tool).isEmpty();
            }
        }
    }

    private static List<String> without(List<String> all, List<String> those) {
        List<String> left = new ArrayList<>(all);
        those.forEach(left::remove);
        return left;
    }

    private static List<String> difference(Map<String, String> all, Map<String, String> without) {
        return all.keySet().stream().filter(name -> !without.containsKey(name)).toList();
    }

    private LoopFileSystem disk(LoopFileSystem.Kind kind) throws Exception {
        Path image = home.resolve(kind + ".img");
        if (kind != LoopFileSystem.Kind.EXT4) {
            return LoopFileSystem.create(posix, image, kind, ByteCount.parse("16M"));
        }
        // the one that comes along is too small
        run("mkfs.ext4", "-q", "-b", "4096", image.toString(), "64M");
        return LoopFileSystem.mount(posix, image, kind);
    }

    /** @return what a program says below the folder, without the folder's own name */
    private List<String> judged(String tool, Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of(tool.split(" ")));
        command.add(".");
        return Stream.of(run(folder, command.toArray(String[]::new)).split("\n"))
                .filter(line -> !line.isEmpty())
                .sorted()
                .toList();
    }

    private void build(Path tree, LoopFileSystem.Kind kind) throws Exception {
        Files.createFile(tree.resolve("empty"));
        Files.writeString(tree.resolve("n".repeat(255)), "the longest name");
        Files.writeString(tree.resolve("new\nline \\ tab\t*"), "awkward");
        Files.writeString(tree.resolve("\uD83D\uDC0E Gr\u00fc\u00dfe"), "more than one byte a letter");
        Files.writeString(RawPath.of(concat(tree, new byte[] {'b', (byte) 0xFF, (byte) 0xFE})), "no UTF-8");
        Files.writeString(RawPath.of(concat(tree, new byte[] {'b', (byte) 0xFF, (byte) 0xFD})), "looks the same");
        Path deep = tree;
        for (int i = 0; i < 12; i++) {
            deep = Files.createDirectory(deep.resolve("deep".repeat(12) + i));
        }
        Files.writeString(deep.resolve("bottom"), "over 100 and over 255 bytes of path");
        kinds(tree);
        owners(tree);
        attributes(tree, kind);
        times(tree);
        sparse(tree.resolve("holes"), kind == LoopFileSystem.Kind.EXT4 ? 1L << 30 : 64L << 20);
    }

    private void kinds(Path tree) throws Exception {
        Path file = Files.writeString(tree.resolve("one"), "of three names");
        Files.createLink(tree.resolve("two"), file);
        Files.createLink(Files.createDirectory(tree.resolve("folder")).resolve("three"), file);
        Files.createSymbolicLink(tree.resolve("dangling"), Path.of("../not/there"));
        Files.createSymbolicLink(tree.resolve("far"), Path.of("t".repeat(1000)));
        Files.createSymbolicLink(tree.resolve("raw"), RawPath.of(new byte[] {'x', (byte) 0xC3, '/', (byte) 0x80}));
        run("mkfifo", tree.resolve("fifo").toString());
        run("mknod", tree.resolve("null").toString(), "c", "1", "3");
        run("mknod", tree.resolve("disk").toString(), "b", "259", "70000");
    }

    private void owners(Path tree) throws Exception {
        Path file = Files.writeString(tree.resolve("owned"), "by nobody known");
        run("chown", "3000000001:3000000002", file.toString());
        run("chmod", "6751", file.toString());
        run("chmod", "0000", Files.writeString(tree.resolve("secret"), "x").toString());
        run("chmod", "1777", Files.createDirectory(tree.resolve("sticky")).toString());
        run("chown", "-h", "12:34", tree.resolve("dangling").toString());
        Path shut = Files.createDirectory(tree.resolve("shut"));
        Files.writeString(shut.resolve("inside"), "x");
        run("chmod", "0555", shut.toString());
    }

    private void attributes(Path tree, LoopFileSystem.Kind kind) throws Exception {
        Path file = Files.writeString(tree.resolve("attributed"), "x");
        run("setfattr", "-n", "user.colour", "-v", "chestnut", file.toString());
        run("setfattr", "-n", "user.empty", file.toString());
        run("setfattr", "-n", "user.bytes", "-v", "0x00ff0a3d25", file.toString());
        run("setfattr", "-n", "user.with=sign %", "-v", "1", file.toString());
        run("setfattr", "-n", "user.long", "-v", "v".repeat(3000), file.toString());
        run("setfattr", "-n", "trusted.mine", "-v", "1", tree.resolve("fifo").toString());
        run(
                "setfattr",
                "-h",
                "-n",
                "trusted.link",
                "-v",
                "1",
                tree.resolve("dangling").toString());
        run("setfacl", "-m", "u:1000:rw,g:3000000002:r,m:rwx", file.toString());
        Path folder = Files.createDirectory(tree.resolve("inheriting"));
        Files.writeString(folder.resolve("without"), "its folder's list came later");
        run("setfacl", "-m", "u:1000:rwx", folder.toString());
        run("setfacl", "-d", "-m", "u:1001:rx,o::-", folder.toString());
        Files.writeString(folder.resolve("with"), "inherited");
        run(
                "setcap",
                "cap_net_raw,cap_chown+ep",
                Files.writeString(tree.resolve("capable"), "#!").toString());
        run("chattr", "+d", Files.writeString(tree.resolve("nodump"), "x").toString());
        run("chattr", "+A", Files.createDirectory(tree.resolve("noatime")).toString());
        run("chattr", "+a", Files.writeString(tree.resolve("log"), "x").toString());
        Path fixed = Files.createDirectory(tree.resolve("fixed"));
        run("chattr", "+i", Files.writeString(fixed.resolve("stone"), "x").toString());
        run("chattr", "+i", fixed.toString());
        if (kind == LoopFileSystem.Kind.BTRFS) {
            run("chattr", "+C", Files.createFile(tree.resolve("nocow")).toString());
        }
    }

    private void times(Path tree) throws Exception {
        posix.changeTimes(Files.writeString(tree.resolve("moon"), "x"), LATE, BEFORE_1970);
        posix.changeTimes(Files.writeString(tree.resolve("late"), "x"), BEFORE_1970, LATE);
        posix.changeTimes(tree.resolve("dangling"), BEFORE_1970, LATE);
        posix.changeTimes(tree.resolve("sticky"), LATE, BEFORE_1970);
    }

    private static void sparse(Path folder, long huge) throws IOException {
        Files.createDirectory(folder);
        try (RandomAccessFile all =
                new RandomAccessFile(folder.resolve("nothing").toFile(), "rw")) {
            all.setLength(10_000_000);
        }
        try (RandomAccessFile pieces =
                new RandomAccessFile(folder.resolve("pieces").toFile(), "rw")) {
            for (long at : new long[] {0, 1 << 20, huge / 2, huge - 5}) {
                pieces.seek(at);
                pieces.write("piece".getBytes(UTF_8));
            }
        }
        try (RandomAccessFile tail =
                new RandomAccessFile(folder.resolve("ends in a hole").toFile(), "rw")) {
            tail.seek(200_000);
            tail.write(1);
            tail.setLength(5_000_000);
        }
    }

    /** Holes, and times that the other tools don't compare; by name. */
    private Map<String, String> seen(Path tree) throws IOException {
        Map<String, String> seen = new TreeMap<>();
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.toList()) {
                boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
                Map<String, Object> status = Files.readAttributes(
                        path, "unix:lastModifiedTime,mode" + (folder ? "" : ",nlink,size"), LinkOption.NOFOLLOW_LINKS);
                boolean regular = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                String holes = regular
                        ? posix.dataRanges(path, 1000).stream()
                                .map(DataRange::toString)
                                .toList()
                                .toString()
                        : "";
                String atime = regular || Files.isSymbolicLink(path)
                        ? Files.readAttributes(path, "unix:lastAccessTime", LinkOption.NOFOLLOW_LINKS)
                                .toString()
                        : "";
                seen.put(
                        new String(RawPath.bytes(tree.relativize(path)), ISO_8859_1),
                        new TreeMap<>(status) + holes + atime);
            }
        }
        return seen;
    }

    private void backUp(Path tree, Compression compression, int drives) throws Exception {
        BackupRun run =
                node.backups.begin("backup tree", null, Overlap.SKIP, Map.of()).orElseThrow();
        run.snapshot(new NoSnapshots(java.time.Clock.systemUTC()), List.of(tree));
        Backup backup = run.store(
                run.source("tree", new SourceOptions(compression)),
                node.target(TapeOptions.parse(Map.of("drives", "" + drives))));
        Job ended = run.end(null);
        assertThat(ended.state()).as(ended.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(backup.lanes()).isEqualTo(drives);
        assertThat(backup.dataBytes()).isLessThan(2 << 20);
    }

    private void restore(Path target) throws Exception {
        List<Job> jobs = node.restores.restore(new RestoreRequest(
                List.of(new BackupSelector.Latest("tree")),
                List.of(),
                target,
                RestoreRequest.Existing.REPLACE,
                null,
                null));
        assertThat(jobs)
                .allSatisfy(job -> assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED));
    }

    private static byte[] concat(Path folder, byte[] name) {
        byte[] bytes = RawPath.bytes(folder);
        byte[] all = java.util.Arrays.copyOf(bytes, bytes.length + 1 + name.length);
        all[bytes.length] = '/';
        System.arraycopy(name, 0, all, bytes.length + 1, name.length);
        return all;
    }

    private String run(String... command) throws Exception {
        return run(home, command);
    }

    private String run(Path folder, String... command) throws Exception {
        Path said = Files.createTempFile(home, "said", "");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(home.resolve("errors").toFile())
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        String text = Files.readString(said, ISO_8859_1);
        assertThat(process.exitValue())
                .as(String.join(" ", command) + "\n" + Files.readString(home.resolve("errors"), ISO_8859_1))
                .isZero();
        return text;
    }
}
