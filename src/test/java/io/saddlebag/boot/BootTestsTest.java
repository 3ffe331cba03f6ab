package io.saddlebag.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.RestartOptions;
import io.saddlebag.backup.VolumeBackup;
import io.saddlebag.backup.VolumeOptions;
import io.saddlebag.diskimage.Blocks;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.workbench.Workbench;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Boot tests whose machine is played; {@code io.saddlebag.app.BootTestIT} has a real one. */
@Tag("D9")
@Timeout(60)
class BootTestsTest {
    private static final int DISK_BYTES = 200_192;

    @TempDir
    Path folder;

    private Workbench bench;
    private Path scratch;
    private byte[] content;
    private final List<Command> started = new ArrayList<>();

    /** What the guest does. */
    private interface Guest {
        Processes.Finished run(Command command, Consumer<String> line) throws IOException, InterruptedException;
    }

    @BeforeEach
    void back_up() throws Exception {
        bench = new Workbench(folder.resolve("home"));
        scratch = Files.createDirectories(folder.resolve("scratch"));
        content = new byte[DISK_BYTES];
        new Random(1).nextBytes(content);
        Path disk = Files.write(folder.resolve("disk"), content);
        Workbench.Node node = bench.node();
        var order = new VolumeBackup.Order(
                "vol",
                null,
                Overlap.SKIP,
                List.of(disk),
                "none",
                (provider, paths) -> new NoSnapshots(bench.time),
                node.imaging,
                new VolumeOptions(
                        VolumeOptions.FULL, Blocks.ALL, Compression.NONE, Encryption.NONE, RestartOptions.DEFAULT),
                node.target());
        Job job = new VolumeBackup(node.backups).run(order).orElseThrow();
        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private BootTests tests(Guest guest) {
        Workbench.Node node = bench.node();
        Processes processes = (command, line) -> {
            started.add(command);
            return guest.run(command, line);
        };
        return new BootTests(new BootTests.Parts(node.jobs, node.volumeRestores, processes, bench.files, scratch));
    }

    private static BootRequest request(String name, @Nullable Path kernel) {
        return new BootRequest(
                new BackupSelector.Latest(name),
                null,
                new BootMachine(
                        "qemu", BootMachine.Accelerator.TCG, BootMachine.DEFAULT_MEMORY, null, kernel, null, ""),
                BootRequest.marker("is up"),
                Duration.ofSeconds(90),
                null,
                Prompt.OPERATOR);
    }

    private static Processes.Finished exit(int code) {
        return new Processes.Finished(code, Duration.ofSeconds(1));
    }

    private void requireNothingLeft() throws IOException {
        try (var left = Files.list(scratch)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void the_disk_is_restored_booted_and_thrown_away() throws Exception {
        Job job = tests((command, line) -> {
                    assertThat(scratch.resolve("boot-test.raw")).hasBinaryContent(content);
                    line.accept("loading");
                    line.accept("all is up");
                    return exit(0);
                })
                .run(request("vol", null));

        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(bench.transcripts.lines(job.name()))
                .anyMatch(line -> line.endsWith("console: loading"))
                .anyMatch(line -> line.endsWith("it has booted: all is up"));
        assertThat(started).singleElement().satisfies(command -> {
            assertThat(command.timeout()).isEqualTo(Duration.ofSeconds(90));
            assertThat(command.environment()).containsEntry("TMPDIR", scratch.toString());
        });
        requireNothingLeft();
    }

    @Test
    void a_disk_that_says_nothing_of_the_kind_fails_the_test() throws Exception {
        Job ended = tests((command, line) -> {
                    line.accept("no bootable device");
                    return exit(3);
                })
                .run(request("vol", null));
        Job silent = tests((command, line) -> {
                    throw new BackupException(ProcessFault.TIMED_OUT, "qemu did not end", "Wait.");
                })
                .run(request("vol", null));
        Job panicking = tests((command, line) -> {
                    line.accept("Kernel panic - not syncing: VFS");
                    return exit(0);
                })
                .run(request("vol", null));

        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.cause())
                .contains(
                        "SBG-N401 the disk was started and 'is up' was not found on its serial console: the machine ended"
                                + " with 3 before; it said last: no bootable device");
        assertThat(silent.cause()).contains("this didn't come within 90 seconds; it said nothing");
        assertThat(panicking.cause()).contains("the kernel ended with 'Kernel panic - not syncing: VFS' before");
        requireNothingLeft();
    }

    @Test
    void a_machine_that_cant_be_started_is_told_from_a_disk_that_doesnt_boot() throws Exception {
        Job job = tests((command, line) -> {
                    throw new BackupException(ProcessFault.CANNOT_START, "program qemu did not start", "Install it.");
                })
                .run(request("vol", null));

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("SBG-P001 program qemu did not start");
        requireNothingLeft();
    }

    @Test
    void what_cant_be_restored_isnt_booted() throws Exception {
        bench.readWrap = stored -> new FilterInputStream(stored) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("the drive has a fault");
            }
        };

        Job job = tests((command, line) -> exit(0)).run(request("vol", null));

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.cause()).contains("SBG-N402 job ").contains("the drive has a fault");
        assertThat(started).isEmpty();
        requireNothingLeft();
    }

    @Test
    void a_request_that_cant_be_carried_out_begins_no_job() throws Exception {
        int jobs = bench.log().jobs().size();
        BootTests tests = tests((command, line) -> exit(0));

        assertThatThrownBy(() -> tests.run(request("nothing", null))).hasMessageContaining("SBG-C003");
        assertThatThrownBy(() -> tests.run(request("vol", folder.resolve("vmlinuz"))))
                .hasMessageContaining("SBG-N403 there is no " + folder.resolve("vmlinuz"));

        assertThat(bench.log().jobs()).hasSize(jobs);
        assertThat(started).isEmpty();
    }

    @Test
    void what_a_dead_process_left_is_replaced() throws Exception {
        Files.write(scratch.resolve("boot-test.raw"), new byte[7]);

        Job job = tests((command, line) -> {
                    assertThat(scratch.resolve("boot-test.raw")).hasBinaryContent(content);
                    line.accept("is up");
                    return exit(0);
                })
                .run(request("vol", null));

        assertThat(job.state()).as(job.cause()).isEqualTo(JobState.COMPLETED);
        requireNothingLeft();
    }
}
