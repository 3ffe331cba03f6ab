package io.saddlebag.boot;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Overlap;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.VolumePlan;
import io.saddlebag.restore.VolumeRequest;
import io.saddlebag.restore.VolumeRestores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Boots backed-up disks (D9): restores one to a scratch file, starts it in a machine without a network, waits for the marker on
 * its serial console, and throws the file away. One at a time a node, since each takes room and memory. The guest can change
 * nothing but a temporary file. Thread-safe.
 */
public final class BootTests {
    /** What the jobs are called; two never run at once. */
    public static final String TASK = "boot test";

    private static final String SCRATCH = "boot-test.raw";

    private final Parts parts;

    /** @param scratch a folder of this node's own; it exists */
    public record Parts(Jobs jobs, VolumeRestores restores, Processes processes, HostFiles files, Path scratch) {}

    public BootTests(Parts parts) {
        this.parts = parts;
    }

    /**
     * Carries the request out; another one that runs is waited for.
     *
     * @return the ended job: completed when the marker came
     * @throws BackupException when the request can't be carried out at all: nothing was begun
     */
    public Job run(BootRequest request) throws IOException, InterruptedException {
        VolumePlan plan = parts.restores().plan(toScratch(request, request.backup()));
        for (Path file : request.machine().files()) {
            if (!parts.files().exists(file)) {
                throw new BackupException(
                        BootFault.NO_SUCH_FILE,
                        "there is no " + file,
                        "Name a kernel, an initrd or a firmware that exists.");
            }
        }
        parts.jobs().endDead(TASK);
        JobRequest wanted = new JobRequest(
                TASK,
                JobKind.VERIFY,
                request.user(),
                List.of(),
                Map.of("backup", newest(plan).backup().id().toString()));
        JobRun job = parts.jobs()
                .begin(wanted, Overlap.WAIT)
                .orElseThrow(() -> new BackupException(
                        JobFault.CANCELLED,
                        "the boot test was cancelled before it began",
                        "Run it again when it is wanted."));
        try {
            test(job, request, plan);
        } catch (IOException | RuntimeException e) {
            return job.fail(e);
        } catch (InterruptedException e) {
            job.fail(e);
            throw e;
        }
        return job.end();
    }

    private static VolumePlan.Step newest(VolumePlan plan) {
        return plan.steps().get(plan.steps().size() - 1);
    }

    /** What a process left there that died is replaced. */
    private VolumeRequest toScratch(BootRequest request, BackupSelector backup) {
        return new VolumeRequest(
                backup,
                request.source(),
                parts.scratch().resolve(SCRATCH),
                VolumeRequest.Occupied.OVERWRITE,
                request.user(),
                request.prompt());
    }

    private void test(JobRun job, BootRequest request, VolumePlan plan) throws IOException, InterruptedException {
        Path disk = plan.request().target();
        try {
            String what = "backup " + newest(plan).backup().id() + " of "
                    + newest(plan).backup().about().name();
            // the newest one may be another by now
            BackupSelector same = new BackupSelector.ById(newest(plan).backup().id());
            job.act("restore " + what + " to " + disk, () -> restore(job, toScratch(request, same)));
            job.act("boot " + what, () -> boot(job, request, disk));
        } finally {
            if (parts.files().exists(disk)) {
                parts.files().delete(disk);
            }
        }
    }

    private void restore(JobRun job, VolumeRequest request) throws IOException, InterruptedException {
        for (Job restored : parts.restores().restore(request)) {
            job.transcript()
                    .line("job " + restored.name() + " (" + restored.request().task() + ") is "
                            + restored.state().display());
            if (restored.state() != JobState.COMPLETED && restored.state() != JobState.COMPLETED_WITH_WARNINGS) {
                throw new BackupException(
                        BootFault.NOT_RESTORED,
                        "job " + restored.name() + " is " + restored.state().display() + ": " + restored.cause(),
                        "Read its transcript with 'saddlebag catxcr " + restored.name() + "'.");
            }
        }
    }

    private void boot(JobRun job, BootRequest request, Path disk) throws IOException, InterruptedException {
        Console console = new Console(request.marker(), job::output);
        Command command = new Command(
                request.machine().command(disk),
                // where QEMU puts what the guest writes
                Map.of("TMPDIR", parts.scratch().toString()),
                parts.scratch(),
                request.limit());
        job.output("starting " + String.join(" ", command.arguments()));
        String end;
        try {
            Processes.Finished finished = parts.processes().run(command, console::line);
            end = "the machine ended with " + finished.exitCode() + " before";
        } catch (Console.Ended e) {
            end = "the kernel ended with '" + e.getMessage() + "' before";
        } catch (BackupException e) {
            if (!e.is(ProcessFault.TIMED_OUT)) {
                throw e;
            }
            end = "this didn't come within " + words(request.limit());
        }
        String seen = console.seen();
        if (seen == null) {
            throw new BackupException(
                    BootFault.NOT_BOOTED,
                    "the disk was started and '" + request.marker() + "' was not found on its serial console: " + end
                            + "; " + console.lastWords(),
                    "Read the console in the transcript. The guest has to say something on its first serial port"
                            + " (console=ttyS0), and the marker has to fit a line of it.");
        }
        job.output("it has booted: " + seen);
    }

    private static String words(Duration limit) {
        return limit.toSeconds() + " seconds";
    }
}
