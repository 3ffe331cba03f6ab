package io.saddlebag.lease.watchdog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseFault;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Starts a guard process for each lease. The guard leads a session of its own where the system has {@code setsid}, so
 * that neither a closed terminal nor a signal to this process's group ends it. Where a freeze would outlive both, a second
 * process stands by for the guard, in a control group of its own where it may have one. Thread-safe.
 */
public final class ProcessWatchdog implements Watchdog {
    /** A guard that isn't ready by then is ended; it is a Java virtual machine, which takes a while on a busy machine. */
    public static final Duration READY_LIMIT = Duration.ofSeconds(30);

    /** A guard answers in milliseconds, or something is badly wrong with it or the machine. */
    public static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** Leases that ended are kept for people, the newest so many. */
    public static final int KEPT = 100;

    /** The file that Java was started with as its archive of classes, where it was (docs/decisions/0026). */
    private static final String CLASS_ARCHIVE = "saddlebag.archive";

    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final AtomicLong COUNT = new AtomicLong();

    private final List<String> command;
    private final Path leaseFolder;
    private final LeaseFolder folder;
    private final Clock clock;
    private final Waiter waiter;
    private final Duration readyLimit;
    private final Duration answerLimit;

    /**
     * @param command starts the guard's program, see {@link #javaCommand}; the lease folder and the lease's id are added
     * @param leaseFolder on a local file system, better not one that gets frozen; made when it isn't there
     */
    public ProcessWatchdog(List<String> command, Path leaseFolder, Clock clock, Waiter waiter) {
        this(command, leaseFolder, clock, waiter, READY_LIMIT, ANSWER_LIMIT);
    }

    ProcessWatchdog(
            List<String> command,
            Path leaseFolder,
            Clock clock,
            Waiter waiter,
            Duration readyLimit,
            Duration answerLimit) {
        this.command = List.copyOf(command);
        this.leaseFolder = leaseFolder.toAbsolutePath();
        this.folder = new LeaseFolder(this.leaseFolder);
        this.clock = clock;
        this.waiter = waiter;
        this.readyLimit = readyLimit;
        this.answerLimit = answerLimit;
    }

    /**
     * A command that starts a main class in a virtual machine like this one: same Java, same class path. Small, and
     * without the performance counters that Java keeps in a mapped file: when that file's system is frozen, they would
     * hang the guard.
     */
    public static List<String> javaCommand(String mainClass, List<String> arguments) {
        String classPath = String.join(
                File.pathSeparator,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx96m",
                "--enable-native-access=ALL-UNNAMED"));
        // what this Java was started with; one that doesn't fit is passed over in silence
        String archive = System.getProperty(CLASS_ARCHIVE);
        if (archive != null) {
            all.addAll(List.of(
                    "-XX:SharedArchiveFile=" + archive,
                    "-Xlog:cds=off",
                    "-Xlog:cds+dynamic=off",
                    "-Xlog:class+path=off"));
        }
        all.addAll(List.of("-cp", classPath, mainClass));
        all.addAll(arguments);
        return List.copyOf(all);
    }

    @Override
    public QuiesceLease arm(String purpose, Action action, Duration length) throws IOException, InterruptedException {
        if (length.toMillis() < 1) {
            throw new IllegalArgumentException("a lease lasts a millisecond at least, not " + length);
        }
        String id =
                ID_TIME.format(clock.instant()) + "-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        prepareFolder(id);
        GuardProcess guard = start(id, List.of());
        @Nullable GuardProcess deputy = null;
        boolean ready = false;
        try {
            if (LeaseActions.outlivesHolders(action)) {
                // both get ready at the same time
                deputy = start(id, List.of(WatchdogProgram.DEPUTY));
            }
            String why = guard.arm(request(purpose, action, length), readyLimit);
            if (why != null) {
                throw noWatchdog("lease " + id + ": the guard " + why + lastWords(id), null);
            }
            if (deputy != null) {
                stand(deputy, id, request(purpose, action, length));
                // it may have taken a while
                renew(guard, id, length);
            }
            ready = true;
            return new ProcessLease(id, guard, deputy, folder, answerLimit);
        } finally {
            if (!ready) {
                if (deputy != null) {
                    deputy.kill();
                }
                guard.kill();
                // nothing was stopped: a record that it left would only make a later start look for the source
                folder.delete(id);
            }
        }
    }

    private void stand(GuardProcess deputy, String id, String request) throws BackupException, InterruptedException {
        String why = deputy.arm(request, readyLimit);
        if (why == null && deputy.ask("watch", "watching", answerLimit) != GuardProcess.Answer.YES) {
            why = "does not watch its guard";
        }
        if (why != null) {
            throw noWatchdog("lease " + id + ": the guard's deputy " + why + lastWords(id), null);
        }
    }

    private void renew(GuardProcess guard, String id, Duration length) throws BackupException {
        if (guard.ask("renew " + length.toMillis(), "held", answerLimit) != GuardProcess.Answer.YES) {
            throw noWatchdog("lease " + id + ": the guard did not wait for its deputy" + lastWords(id), null);
        }
    }

    private void prepareFolder(String id) throws BackupException {
        try {
            folder.create();
            forgetOld();
        } catch (IOException cannotStart) {
            throw notStarted(id, cannotStart);
        }
    }

    private GuardProcess start(String id, List<String> last) throws BackupException {
        try {
            List<String> arguments = new ArrayList<>(sessionPrefix());
            arguments.addAll(command);
            arguments.add(leaseFolder.toString());
            arguments.add(id);
            arguments.addAll(last);
            return new GuardProcess(
                    new ProcessBuilder(arguments)
                            .redirectError(ProcessBuilder.Redirect.appendTo(
                                    folder.log(id).toFile()))
                            .start(),
                    waiter);
        } catch (IOException cannotStart) {
            throw notStarted(id, cannotStart);
        }
    }

    private BackupException notStarted(String id, IOException cannotStart) {
        return noWatchdog("lease " + id + ": the guard could not be started: " + cannotStart.getMessage(), cannotStart);
    }

    private String lastWords(String id) {
        String line = folder.lastLogLine(id);
        return line.isEmpty() ? "" : "; it said last: " + line;
    }

    private BackupException noWatchdog(String what, @Nullable Throwable cause) {
        return new BackupException(
                LeaseFault.NO_WATCHDOG,
                what,
                "See that " + leaseFolder + " can be written and that this starts by hand: " + command.get(0) + ".",
                cause);
    }

    private static String request(String purpose, Action action, Duration length) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("purpose", purpose);
        ObjectNode acts = json.putObject("action");
        acts.put("kind", action.kind());
        ObjectNode facts = acts.putObject("facts");
        action.facts().forEach(facts::put);
        json.put("lengthMillis", length.toMillis());
        return LeaseFolder.line(json);
    }

    private void forgetOld() throws IOException {
        List<String> ended = new ArrayList<>();
        for (String id : folder.ids()) {
            boolean over = folder.read(id)
                    .filter(lease -> lease.state() == LeaseState.RELEASED || lease.state() == LeaseState.ACTED)
                    .isPresent();
            if (over) {
                ended.add(id);
            }
        }
        for (String id : ended.subList(0, Math.max(0, ended.size() - KEPT))) {
            folder.delete(id);
        }
    }

    private static List<String> sessionPrefix() {
        return program("setsid").map(found -> List.of(found.toString())).orElse(List.of());
    }

    private static Optional<Path> program(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(each -> !each.isEmpty())
                .map(each -> Path.of(each, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
