package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.restore.RestoreRequest.Existing;
import io.saddlebag.restore.RestoreRequest.Powers;
import io.saddlebag.workbench.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever an image holds: a fault that an operator can act on or a restore that is as safe as any, nothing outside of the
 * target touched, no hang, and no more memory than for an honest one.
 */
@Tag("X13")
@Tag("Q13")
@Tag("Q16")
@Tag("C6")
@Timeout(value = 200, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MuseumTest {
    private static final int MUTATIONS = 300;
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    /** What can't be mistaken for a way to give a good image back. */
    private static final Set<String> SAFE = Set.of(
            "absolute",
            "newline",
            "not UTF-8",
            "file C:\\x",
            "file ..\\outside\\x",
            "nothing but an end",
            "link as long");

    private final HostFiles files = new LocalFiles(new LinuxPosix());
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final List<String> notes = new ArrayList<>();

    @TempDir
    Path home;

    private Path target;
    private Path outside;
    private Map<String, String> before;

    @BeforeEach
    void place() throws IOException {
        target = Files.createDirectories(home.resolve("target"));
        outside = Files.createDirectories(home.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        before = state(outside);
    }

    @AfterEach
    void end() {
        workers.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(Existing.class)
    void every_exhibit_ends_in_a_fault_or_a_safe_result(Existing existing) throws Exception {
        for (Powers powers : existing == Existing.REPLACE ? Powers.values() : new Powers[] {Powers.AS_BACKED_UP}) {
            for (Map.Entry<String, byte[]> exhibit : Museum.exhibits(outside).entrySet()) {
                restoreFresh(existing, powers, exhibit.getKey(), exhibit.getValue());
            }
        }
    }

    @Test
    void ways_out_of_the_target_are_refused_and_not_left_out_in_silence() throws Exception {
        List<String> silent = new ArrayList<>();
        for (Map.Entry<String, byte[]> exhibit : Museum.exhibits(outside).entrySet()) {
            boolean wayOut = exhibit.getKey().contains("..") || exhibit.getKey().contains("through link");
            boolean name = SAFE.stream().anyMatch(exhibit.getKey()::startsWith);
            if (wayOut
                    && !name
                    && restoreFresh(Existing.REPLACE, Powers.LEFT_OUT, exhibit.getKey(), exhibit.getValue()) == null) {
                silent.add(exhibit.getKey());
            }
        }
        // where the name itself holds a backslash or a newline it is a name like others here
        silent.removeIf(name -> name.contains("\\") || name.contains("\n"));
        assertThat(silent)
                .allMatch(
                        name -> name.matches("(hard link of|link in|folder for|folder in|FIFO in|chain of|link by).*"));
    }

    @Test
    void what_gives_powers_comes_back_on_request_only() throws Exception {
        byte[] image = new HostileTar()
                .fileOfMode("su", 06755, "x")
                .device('3', "null", 1, 3)
                .pax("SCHILY.xattr.security.capability=" + CAPABILITY)
                .file("caps", "x")
                .file("plain", "x")
                .end();
        assertThat(restoreFresh(Existing.REPLACE, Powers.LEFT_OUT, "powers", image))
                .isNull();
        assertThat(mode("su")).isEqualTo(0755);
        assertThat(target.resolve("null")).doesNotExist();
        assertThat(files.attributes(target.resolve("caps"))).doesNotContainKey("security.capability");
        assertThat(target.resolve("plain")).hasContent("x");
        assertThat(notes).singleElement().asString().contains("/su").contains("--devices");

        if (ROOT) {
            assertThat(restoreFresh(Existing.REPLACE, Powers.AS_BACKED_UP, "powers", image))
                    .isNull();
            assertThat(mode("su")).isEqualTo(06755);
            assertThat(Files.exists(target.resolve("null"))).isTrue();
            assertThat(files.attributes(target.resolve("caps"))).containsKey("security.capability");
            assertThat(notes).isEmpty();
        }
    }

    private static final String CAPABILITY = "\u0001\0\0\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    private int mode(String name) throws IOException {
        return files.status(target.resolve(name)).mode();
    }

    @Test
    void a_target_that_is_a_link_is_followed_since_the_operator_named_it() throws Exception {
        Path named = Files.createSymbolicLink(home.resolve("named"), target);
        direct().restore(
                        in(new HostileTar().file("x", "x").end()),
                        order(named, Existing.REPLACE, Powers.LEFT_OUT),
                        notes::add);
        assertThat(target.resolve("x")).hasContent("x");
        Files.delete(named);
        untouched("link as target");
    }

    @Test
    void a_mutated_image_never_does_worse() throws Exception {
        byte[] original = good();
        Set<String> kinds = new HashSet<>();
        for (int seed = 0; seed < MUTATIONS; seed++) {
            byte[] mutated = mutated(original, new Random(seed));
            Powers powers = seed % 2 == 0 ? Powers.LEFT_OUT : Powers.AS_BACKED_UP;
            String fault = restoreFresh(List.of(Existing.values()).get(seed % 4), powers, "seed " + seed, mutated);
            kinds.add(String.valueOf(fault));
        }
        // else the mutations are all caught at the door
        assertThat(kinds).hasSizeGreaterThan(5).contains("null");
    }

    /** Of each kind one, and links that would lead out if a byte fell so. */
    private byte[] good() {
        return new HostileTar()
                .folder("d")
                .pax("path=d/long", "mtime=1700000000.5", "SCHILY.xattr.user.a=1")
                .file("x", "content")
                .link("out", "../outside")
                .link("d/up", "..")
                .hardLink("h", "d/long")
                .fifo("d/p")
                .device('3', "null", 1, 3)
                .sparse("s", "4096", "2\n0\n512\n2048\n512\n", "x".repeat(1024))
                .fileOfMode("su", 04755, "x")
                .file("outside/secret", "evil")
                .file("d/sub/deep/file", "deep")
                .end();
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        String[] snippets = {"../", "/..", "out/", "d/up/", "\0", "/", "..", "outside", "2", "5", "1", "-1", "9"};
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int block = random.nextInt(bytes.length / 512) * 512;
            switch (random.nextInt(5)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> paste(bytes, block, snippets[random.nextInt(snippets.length)]);
                case 2 -> paste(bytes, block + 157, snippets[random.nextInt(snippets.length)]);
                case 3 -> bytes[block + 156] = (byte) "0123456xgLK".charAt(random.nextInt(11));
                default -> System.arraycopy(bytes, random.nextInt(bytes.length / 512) * 512, bytes, block, 512);
            }
        }
        return withChecksums(bytes);
    }

    private static void paste(byte[] bytes, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            bytes[at + i] = (byte) text.charAt(i);
        }
    }

    private static byte[] withChecksums(byte[] bytes) {
        for (int at = 0; at + 512 <= bytes.length; at += 512) {
            if (new String(bytes, at + 257, 5, java.nio.charset.StandardCharsets.US_ASCII).equals("ustar")) {
                Arrays.fill(bytes, at + 148, at + 156, (byte) ' ');
                int sum = 0;
                for (int i = at; i < at + 512; i++) {
                    sum += bytes[i] & 0xff;
                }
                paste(bytes, at + 148, String.format("%06o\0 ", sum));
            }
        }
        return bytes;
    }

    /** @return the fault's id; null when it was restored */
    private @Nullable String restoreFresh(Existing existing, Powers powers, String name, byte[] image)
            throws IOException {
        Trees.remove(target);
        Files.createDirectories(target);
        notes.clear();
        String fault = null;
        try {
            direct().restore(in(image), order(target, existing, powers), notes::add);
        } catch (BackupException e) {
            fault = e.code().id();
            assertThat(e.getMessage()).as(name).doesNotContain("/proc/self").matches("[\\P{Cntrl}\n]*");
            assertThat(fault).as(name + ": " + e.getMessage()).isNotEqualTo(FileFault.IO_ERROR.id());
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(name + " with " + existing + ", " + powers, e);
        }
        untouched(name + " with " + existing + ", " + powers);
        return fault;
    }

    private DirectRestore direct() {
        return new DirectRestore(
                files, workers, ROOT ? RestoreServices.Privilege.SETS_OWNERS : RestoreServices.Privilege.KEEPS_OWN);
    }

    private static ByteArrayInputStream in(byte[] image) {
        return new ByteArrayInputStream(image);
    }

    private static DirectRestore.Order order(Path to, Existing existing, Powers powers) {
        return new DirectRestore.Order(List.of(), to, List.of(), existing, powers);
    }

    private void untouched(String name) throws IOException {
        assertThat(state(outside)).as(name).isEqualTo(before);
        try (Stream<Path> beside = Files.list(home)) {
            assertThat(beside).as(name).containsExactlyInAnyOrder(target, outside);
        }
    }

    private static Map<String, String> state(Path folder) throws IOException {
        Map<String, String> state = new TreeMap<>(Trees.content(folder));
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                state.put(
                        "status of " + each,
                        Files.readAttributes(each, "unix:mode,uid,gid,nlink,ctime", LinkOption.NOFOLLOW_LINKS)
                                .toString());
            }
        }
        return state;
    }
}
