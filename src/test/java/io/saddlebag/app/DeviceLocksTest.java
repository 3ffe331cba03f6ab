package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.DeviceLocks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device has one user on this machine, whichever node's, and none once that has died. */
@Tag("M19")
@Tag("Q11")
@Timeout(60)
class DeviceLocksTest {
    @TempDir
    Path folder;

    private DeviceLockFolders node(String name) {
        return new DeviceLockFolders(List.of(folder.resolve(name), folder.resolve("shared")));
    }

    @Test
    void nodes_see_each_other_s_devices() throws IOException {
        DeviceLockFolders mine = node("a");
        DeviceLockFolders other = node("b");

        try (DeviceLocks.Held held = mine.tryTake("DRV 1/a").orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(other.tryTake("DRV 1/a")).isEmpty();
            assertThat(mine.tryTake("DRV 1/a")).isEmpty();
            assertThat(mine.holder("DRV 1/a")).isEqualTo("this process");
            other.tryTake("DRV 2").orElseThrow().close();
        }

        DeviceLocks.Held next = other.tryTake("DRV 1/a").orElseThrow();
        next.close();
        next.close();
        mine.tryTake("DRV 1/a").orElseThrow().close();
        try (Stream<Path> files = Files.list(folder.resolve("shared"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("DRV_20_1_2f_a.lock", "DRV_20_2.lock");
        }
    }

    @Test
    void locks_that_other_nodes_don_t_see_are_warned_of_once() throws IOException {
        Path usual = folder.resolve("run/lock");
        List<String> warnings = new ArrayList<>();

        DeviceLockFolders first = DeviceLockFolders.of(folder.resolve("a"), null, usual, warnings::add);
        DeviceLockFolders.of(folder.resolve("b"), null, usual, warnings::add);
        first.tryTake("DRV 1").orElseThrow().close();

        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0))
                .contains("SBG-L015 drives can't be locked in " + usual.resolve("saddlebag") + ", where all nodes")
                .contains("sharedLocks");
        Files.createDirectories(usual);
        DeviceLockFolders.of(folder.resolve("c"), null, usual, warnings::add)
                .tryTake("DRV 1")
                .orElseThrow()
                .close();
        assertThat(usual.resolve("saddlebag/DRV_20_1.lock")).exists();
        assertThat(warnings).hasSize(1);
    }

    @Test
    void a_folder_for_all_nodes_that_can_t_be_used_lets_nobody_have_a_drive() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        DeviceLockFolders locks =
                DeviceLockFolders.of(folder.resolve("a"), file.resolve("locks"), folder, warning -> {});

        assertThatThrownBy(() -> locks.tryTake("DRV 1")).hasMessageContaining("SBG-L015");
        assertThatThrownBy(() -> locks.take("DRV 1")).hasMessageContaining("SBG-L015");
    }

    @Test
    void a_killed_process_leaves_its_device() throws Exception {
        DeviceLockFolders mine = node("mine");
        Process user = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        folder.resolve("theirs").toString(),
                        folder.resolve("shared").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(user.getInputStream(), StandardCharsets.US_ASCII))) {
            Files.createDirectories(folder.resolve("theirs"));
            assertThat(said.readLine()).isEqualTo("held");
            assertThat(mine.tryTake("DRV 1/a")).isEmpty();
            assertThat(mine.holder("DRV 1/a")).isEqualTo("process " + user.pid());
            assertThat(mine.tryTake("DRV 2")).isPresent();
        } finally {
            // SIGKILL on every Unix
            user.destroyForcibly();
            assertThat(user.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(mine.tryTake("DRV 1/a")).isPresent();
    }
}
