package io.saddlebag.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Whole processes, timed. A failed one ends the benchmark. */
final class Commands {
    private final Path folder;

    /** @param folder for their output */
    Commands(Path folder) {
        this.folder = folder;
    }

    /** @return wall time, seconds */
    double seconds(List<String> command) throws IOException, InterruptedException {
        return timed(folder, Map.of(), command);
    }

    /** With some variables in its environment. */
    double seconds(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        return timed(folder, environment, List.of(command));
    }

    /** In another folder. */
    double inside(Path where, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        return timed(where, environment, List.of(command));
    }

    private double timed(Path where, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path log = folder.resolve("last-command.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        long from = System.nanoTime();
        int code = builder.start().waitFor();
        double took = (System.nanoTime() - from) / 1e9;
        if (code != 0) {
            throw new IllegalStateException(command + " ended with " + code + ": " + Files.readString(log));
        }
        return took;
    }
}
