package io.saddlebag.database.oracle;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Windows services of an instance and its listener, by {@code net} and {@code sc}; elsewhere the listener by {@code lsnrctl}.
 * A service's state is the number that {@code sc query} shows, since texts are translated.
 */
final class OracleServices {
    private static final Duration QUICK = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final Pattern STATE = Pattern.compile("^\\s*\\S+\\s*: (\\d)\\s+\\S+.*$");
    private static final int STOPPED = 1;
    private static final int RUNNING = 4;

    private final OracleSettings settings;
    private final OraclePrograms programs;

    OracleServices(OracleSettings settings, OraclePrograms programs) {
        this.settings = settings;
        this.programs = programs;
    }

    /** Whether the instance has a service, and that is stopped: nothing can be asked then. */
    boolean stopped() throws IOException, InterruptedException {
        String service = settings.service();
        return service != null && state(service) == STOPPED;
    }

    /** After the instance: its service, then the listener. */
    void stop(Deadline deadline, Consumer<String> log) throws IOException, InterruptedException {
        String service = settings.service();
        if (service != null) {
            reach(service, STOPPED, "stop", deadline, log);
        }
        stopListener(deadline, log);
    }

    private void stopListener(Deadline deadline, Consumer<String> log) throws IOException, InterruptedException {
        String listener = settings.listener();
        if (listener == null) {
            return;
        }
        if (settings.service() != null) {
            reach(listener, STOPPED, "stop", deadline, log);
        } else if (lsnrctl("status", line -> {}) == 0 && lsnrctl("stop", log) != 0) {
            throw failed("listener " + listener + " did not stop", DatabaseFault.STOP_FAILED);
        }
    }

    /** Before the instance. A listener that doesn't start must not keep the database down: that is told only. */
    void start(Deadline deadline, Consumer<String> log) throws IOException, InterruptedException {
        String listener = settings.listener();
        if (listener != null) {
            try {
                if (settings.service() != null) {
                    reach(listener, RUNNING, "start", deadline, log);
                } else if (lsnrctl("status", line -> {}) != 0 && lsnrctl("start", log) != 0) {
                    log.accept("listener " + listener + " did not start; the database is started without it");
                }
            } catch (BackupException e) {
                log.accept("listener " + listener + " did not start: " + e.what());
            }
        }
        String service = settings.service();
        if (service != null) {
            reach(service, RUNNING, "start", deadline, log);
        }
    }

    /** What {@code net} says is for people; it fails, too, when there is nothing to do. */
    private void reach(String service, int goal, String verb, Deadline deadline, Consumer<String> log)
            throws IOException, InterruptedException {
        if (state(service) == goal) {
            return;
        }
        programs.run(List.of("net", verb, service), "", deadline.remaining().plus(QUICK), log);
        while (state(service) != goal) {
            if (deadline.passed()) {
                throw failed(
                        "service " + service + " did not " + verb,
                        goal == STOPPED ? DatabaseFault.STOP_FAILED : DatabaseFault.START_FAILED);
            }
            deadline.await(LOOK_AGAIN);
        }
    }

    /** @return 1 stopped, 2 starting, 3 stopping, 4 running */
    private int state(String service) throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        int code = programs.run(List.of("sc", "query", service), "", QUICK, said::add)
                .exitCode();
        // TYPE comes first, STATE second, in every language
        List<Integer> numbers = new ArrayList<>();
        for (String line : said) {
            Matcher number = STATE.matcher(line);
            if (number.matches()) {
                numbers.add(Integer.parseInt(number.group(1)));
            }
        }
        if (code == 0 && !numbers.isEmpty()) {
            return numbers.get(0);
        }
        throw new BackupException(
                DatabaseFault.BAD_CONFIGURATION,
                "service " + service + " of database " + settings.name() + " isn't known: sc query ended with " + code,
                "Look with 'sc query state= all' for the services' names, and set options service and listener.");
    }

    private int lsnrctl(String verb, Consumer<String> log) throws IOException, InterruptedException {
        Path home = Objects.requireNonNull(settings.home());
        String listener = Objects.requireNonNull(settings.listener());
        return programs.run(List.of(OracleSettings.program(home, "lsnrctl").toString(), verb, listener), "", QUICK, log)
                .exitCode();
    }

    private static BackupException failed(String what, DatabaseFault fault) {
        return new BackupException(fault, what, "Look at what it said before, and start or stop it by hand.");
    }
}
