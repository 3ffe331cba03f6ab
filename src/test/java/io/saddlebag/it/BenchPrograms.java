package io.saddlebag.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Programs that a bench runs, and what it waits for. */
final class BenchPrograms {
    private static final Duration PATIENT = Duration.ofMinutes(5);

    private BenchPrograms() {}

    /** @throws IOException with all that it said, when it fails */
    static void run(List<String> command) throws IOException, InterruptedException {
        Path said = Files.createTempFile("bench", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException(command + " ended with " + process.exitValue() + ": " + Files.readString(said));
            }
        } finally {
            Files.delete(said);
        }
    }

    /** As people start it: the launcher knows how Java has to be told to compile. */
    static List<String> saddlebag(Path home, String... command) {
        List<String> all = new ArrayList<>(
                List.of(Path.of("scripts/saddlebag").toAbsolutePath().toString()));
        all.addAll(List.of(command));
        all.addAll(List.of("--home", home.toString()));
        return all;
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void until(String what, Condition condition) throws Exception {
        long begin = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - begin > PATIENT.toNanos()) {
                throw new IOException("not within " + PATIENT + ": " + what);
            }
            LockSupport.parkNanos(300_000);
        }
    }
}
