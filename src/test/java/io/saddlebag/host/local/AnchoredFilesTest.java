package io.saddlebag.host.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Anchor;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder on the way becomes a link after somebody looked at it. */
@Tag("X13")
@Tag("Q16")
final class AnchoredFilesTest {
    private static final int ROUNDS = 3000;

    private final HostFiles files = new LocalFiles(new LinuxPosix());

    @TempDir
    Path home;

    private Path target;
    private Path outside;

    @BeforeEach
    void place() throws IOException {
        target = Files.createDirectories(home.resolve("target"));
        outside = Files.createDirectories(home.resolve("outside"));
        Files.createDirectories(target.resolve("a/b"));
        Files.createDirectories(outside.resolve("b"));
        Files.writeString(outside.resolve("b/x"), "secret");
    }

    @Test
    void nothing_is_done_behind_a_link() throws Exception {
        Files.move(target.resolve("a"), target.resolve("moved"));
        Files.createSymbolicLink(target.resolve("a"), outside);
        Path x = target.resolve("a/b/x");
        Path y = target.resolve("a/b/y");
        try (Anchor anchor = files.anchor(List.of(target))) {
            HostFiles held = anchor.files();
            List<ThrowingCallable> acts = List.of(
                    () -> held.status(x),
                    () -> held.exists(x),
                    () -> held.list(target.resolve("a/b")),
                    () -> held.openRead(x),
                    () -> held.create(y).close(),
                    () -> held.makeFolder(y),
                    () -> held.makeLink(y, Path.of("to")),
                    () -> held.makeHardLink(y, target.resolve("moved")),
                    () -> held.makeHardLink(target.resolve("h"), x),
                    () -> held.setMode(x, 0777),
                    () -> held.setTimes(x, Instant.EPOCH, Instant.EPOCH),
                    () -> held.setAttribute(x, "user.a", new byte[1]),
                    () -> held.removeAttribute(x, "user.a"),
                    () -> held.setFlags(x, Set.of()),
                    () -> held.delete(x),
                    () -> held.rename(x, target.resolve("r")),
                    () -> held.replace(target.resolve("moved"), y),
                    () -> held.syncFolder(target.resolve("a/b")));
            for (int i = 0; i < acts.size(); i++) {
                assertThatThrownBy(acts.get(i))
                        .as("act " + i)
                        .isInstanceOfSatisfying(
                                BackupException.class, e -> assertThat(e.code()).isEqualTo(FileFault.NOT_CONFINED));
            }
        }
        assertThat(outside.resolve("b/x")).hasContent("secret");
        assertThat(outside.resolve("b").toFile().list()).hasSize(1);
    }

    @Test
    void everything_works_as_ever_where_there_is_no_link() throws Exception {
        try (Anchor anchor = files.anchor(List.of(target))) {
            HostFiles held = anchor.files();
            Path file = target.resolve("a/b/f");
            try (NewFile fresh = held.create(file)) {
                fresh.channel().write(ByteBuffer.wrap(new byte[] {'x'}));
                assertThat(fresh.temporary().getParent()).isEqualTo(target.resolve("a/b"));
                held.setMode(fresh.temporary(), 0640);
                fresh.replace();
            }
            assertThat(file).hasContent("x");
            assertThat(held.status(file).mode()).isEqualTo(0640);
            assertThat(held.list(target.resolve("a/b"))).containsExactly(file);
            held.makeFolder(target.resolve("a/c"));
            held.replace(file, target.resolve("a/c/g"));
            assertThat(held.exists(file)).isFalse();
            assertThat(held.exists(target.resolve("no/such"))).isFalse();
            assertThatThrownBy(() -> held.status(target.resolve("a/none")))
                    .hasMessageContaining(target.resolve("a/none").toString())
                    .hasMessageContaining(FileFault.VANISHED.id());
            held.syncFolder(target.resolve("a"));
        }
    }

    @Test
    void a_mode_is_never_set_through_a_link() throws Exception {
        Path link = Files.createSymbolicLink(target.resolve("l"), outside.resolve("b/x"));
        assertThatThrownBy(() -> new LinuxPosix().changeMode(link, 0777)).isInstanceOf(IOException.class);
        assertThat(Files.getPosixFilePermissions(outside.resolve("b/x")).toString())
                .doesNotContain("OTHERS_WRITE");
    }

    @Test
    void somebody_who_swaps_folders_for_links_all_the_time_gets_nothing() throws Exception {
        ExecutorService attacker = Executors.newSingleThreadExecutor();
        AtomicBoolean over = new AtomicBoolean();
        Path folder = target.resolve("a");
        Path away = target.resolve("away");
        Path link = Files.createSymbolicLink(target.resolve("l"), outside);
        Future<?> attack = attacker.submit(() -> {
            while (!over.get()) {
                Files.move(folder, away);
                Files.move(link, folder);
                Files.move(folder, link);
                Files.move(away, folder);
            }
            return null;
        });
        int written = 0;
        try (Anchor anchor = files.anchor(List.of(target))) {
            for (int i = 0; i < ROUNDS; i++) {
                try (NewFile fresh = anchor.files().create(folder.resolve("b/f"))) {
                    anchor.files().setMode(fresh.temporary(), 0600);
                    fresh.replaceUnsynced();
                    written++;
                } catch (BackupException e) {
                    assertThat(e.code()).isIn(FileFault.NOT_CONFINED, FileFault.VANISHED);
                }
            }
        } finally {
            over.set(true);
        }
        attack.get();
        attacker.shutdown();
        assertThat(written).isPositive();
        try (Stream<Path> there = Files.list(outside.resolve("b"))) {
            assertThat(there).containsExactly(outside.resolve("b/x"));
        }
        assertThat(outside.resolve("b/x")).hasContent("secret");
    }
}
