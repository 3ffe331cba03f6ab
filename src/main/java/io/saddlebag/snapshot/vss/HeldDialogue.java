package io.saddlebag.snapshot.vss;

import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A {@code diskshadow} that runs while the image is written, since its writers wait to hear of that from the process that they
 * got ready for. Thread-safe.
 */
final class HeldDialogue {
    /** More is no dialogue about one snapshot. */
    private static final int MOST_LINES = 50_000;

    private final List<String> lines = new ArrayList<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Future<Integer> running;

    private HeldDialogue(Processes processes, ExecutorService workers, Command command) {
        this.running = workers.submit(() -> {
            begun.set(true);
            try {
                return processes.run(command, this::heard).exitCode();
            } finally {
                over.set(true);
            }
        });
    }

    static HeldDialogue start(Processes processes, ExecutorService workers, Command command) {
        return new HeldDialogue(processes, workers, command);
    }

    static Command command(List<String> program, String script, Duration longest) {
        List<String> arguments = new ArrayList<>(program);
        arguments.add("-s");
        arguments.add(script);
        return new Command(arguments, Map.of(), null, longest);
    }

    private synchronized void heard(String line) {
        if (lines.size() == MOST_LINES) {
            throw new IllegalStateException("it said more than " + MOST_LINES + " lines");
        }
        lines.add(line);
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** Whether it has ended by itself, or was told to, and no process of it is left. */
    boolean ended() {
        return running.isDone() && (over.get() || !begun.get());
    }

    /**
     * How it ended; only when it has.
     *
     * @throws IOException when it never ran, was ended because it took too long, or because it said too much
     */
    int exitCode() throws IOException {
        if (!ended()) {
            throw new IllegalStateException("it still runs");
        }
        try {
            return running.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(String.valueOf(cause), e);
        } catch (CancellationException e) {
            throw new IOException("it was ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("asked to stop", e);
        }
    }

    /** Ends its whole process tree; that takes a moment longer than this call. */
    void end() {
        running.cancel(true);
    }
}
