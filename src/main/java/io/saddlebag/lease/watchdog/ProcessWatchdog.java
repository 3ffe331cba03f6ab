package io.saddlebag.lease.watchdog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
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
 * that neither a closed terminal nor a signal to this process's group ends it. Thread-safe.
 */
public final class ProcessWatchdog implements Watchdog {
    /** A guard that isn't ready by then is ended; it is a Java virtual machine, which takes a while on a busy machine. */
    public static final Duration READY_LIMIT = Duration.ofSeconds(30);

    /** A guard answers in milliseconds, or something is badly wrong with it or the machine. */
    public static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** Leases that ended are kept for people, the newest so many. */
    public static final int KEPT = 100;

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
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                mainClass));
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
        GuardProcess guard = start(id);
        boolean ready = false;
        try {
            String why = guard.arm(request(purpose, action, length), readyLimit);
            if (why != null) {
                throw noWatchdog("lease " + id + ": the guard " + why + lastWords(id), null);
            }
            ready = true;
            return new ProcessLease(id, guard, folder, answerLimit);
        } finally {
            if (!ready) {
                guard.kill();
                // nothing was stopped: a record that it left would only make a later start look for the source
                folder.delete(id);
            }
        }
    }

    private GuardProcess start(String id) throws BackupException {
        try {
            folder.create();
            forgetOld();
            List<String> arguments = new ArrayList<>(sessionPrefix());
            arguments.addAll(command);
            arguments.add(leaseFolder.toString());
            arguments.add(id);
            return new GuardProcess(
                    new ProcessBuilder(arguments)
                            .redirectError(ProcessBuilder.Redirect.appendTo(
                                    folder.log(id).toFile()))
                            .start(),
                    waiter);
        } catch (IOException cannotStart) {
            throw noWatchdog(
                    "lease " + id + ": the guard could not be started: " + cannotStart.getMessage(), cannotStart);
        }
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
