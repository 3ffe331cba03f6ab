package io.saddlebag.lease.watchdog;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The holder's end of the conversation with a guard. What the guard says is always read, so that it never blocks. */
final class GuardProcess {
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);

    private final Process process;
    private final HolderLines lines;
    private final OutputStream requests;
    private final Waiter waiter;
    private boolean acted;
    private boolean gone;
    private String why = "";

    GuardProcess(Process process, Waiter waiter) {
        this.process = process;
        this.waiter = waiter;
        this.requests = process.getOutputStream();
        this.lines = new HolderLines(process.getInputStream(), "lease-guard-" + process.pid());
    }

    /** What came of a request. */
    enum Answer {
        YES,
        /** The guard brings the source back, or has. */
        ACTED,
        /** The guard has ended without saying so. */
        GONE,
        /** It could not do what was asked; {@link #why()} says why. */
        UNABLE,
        /** No answer in time. */
        SILENT
    }

    /** @return null when it is ready, else why not */
    @Nullable
    String arm(String request, Duration limit) throws InterruptedException {
        if (!send("arm " + request)) {
            return "ended at once with exit code " + exitCode();
        }
        Deadline deadline = Deadline.after(waiter, limit);
        while (true) {
            HolderLines.Line line = lines.next(deadline.remaining());
            if (line == null) {
                return "was not ready within " + limit;
            }
            if (line.isEnd()) {
                return "ended before it was ready, with exit code " + exitCode();
            }
            if (line.word().equals("refused")) {
                return "refused: " + line.rest();
            }
            if (line.word().equals("ready")) {
                return null;
            }
        }
    }

    /** Doesn't give up when the thread is interrupted: whether the guard has acted decides what a backup is worth. */
    Answer ask(String request, String expected, Duration limit) {
        if (acted) {
            return Answer.ACTED;
        }
        boolean sent = !gone && send(request);
        Deadline deadline = Deadline.after(waiter, limit);
        boolean interrupted = false;
        try {
            while (!gone) {
                HolderLines.Line line;
                try {
                    line = lines.next(deadline.remaining());
                } catch (InterruptedException later) {
                    interrupted = true;
                    continue;
                }
                if (line == null) {
                    return Answer.SILENT;
                }
                if (line.isEnd()) {
                    gone = true;
                } else if (line.word().equals("acting") || line.word().equals("acted")) {
                    acted = true;
                    return Answer.ACTED;
                } else if (sent && line.word().equals(expected)) {
                    return Answer.YES;
                } else if (line.word().equals("unable")) {
                    why = line.rest();
                    return Answer.UNABLE;
                }
            }
            return Answer.GONE;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What the guard said of the last thing that it was unable to do. */
    String why() {
        return why;
    }

    /** Closes the guard's standard input: to it, the holder is dead. */
    void hangUp() {
        try {
            requests.close();
        } catch (IOException dead) {
            // then there is nobody to tell
        }
    }

    /** Ends the guard; true when it is dead. Doesn't give up when the thread is interrupted. */
    boolean kill() {
        process.destroyForcibly();
        hangUp();
        Deadline deadline = Deadline.after(waiter, DEATH_LIMIT);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    long pid() {
        return process.pid();
    }

    private boolean send(String line) {
        try {
            requests.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            requests.flush();
            return true;
        } catch (IOException broken) {
            return false;
        }
    }

    private String exitCode() throws InterruptedException {
        return process.waitFor(1, TimeUnit.SECONDS) ? Integer.toString(process.exitValue()) : "unknown";
    }
}
