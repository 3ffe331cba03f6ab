package io.saddlebag.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Saddlebag as a node that keeps running, and is asked by files: no command pays for the start of a Java. */
final class RunningNode implements AutoCloseable {
    private static final long MOST_SECONDS = 600;
    /** Of one kind of question; its file is taken once another one says that it is whole. */
    private static final String ASKED = """
            - route:
                id: ask-%1$s
                from:
                  uri: "file:%2$s?include=%1$s&doneFileName=${file:name}.go&delete=true&initialDelay=0&delay=10"
                  steps:
                    - doTry:
                        steps:
                          - setHeader: { name: CamelSaddlebagBackupId, simple: "${bodyAs(String)}" }
                          - to: %3$s
                          - setBody: { simple: "${header.CamelSaddlebagBackupId}" }
                          - convertBodyTo: { type: java.lang.String }
                          - to: "file:%4$s?fileName=done&tempPrefix=."
                        doCatch:
                          - exception: [java.lang.Exception]
                            steps:
                              - setBody: { simple: "${exception.stacktrace}" }
                              - to: "file:%4$s?fileName=failed&tempPrefix=."
            """;

    private static final String BACKUP = """
            - templatedRoute:
                routeTemplateRef: dataset-backup
                routeId: backup-tree
                parameters:
                  - { name: dataset, value: tree }
                  - { name: level, value: "0" }
                  - { name: trigger, value: "direct:backup" }
                  - { name: library, value: vault }
                  - { name: family, value: bench }
                  - { name: provider, value: none }
                  - { name: compression, value: "zstd=3" }
            """;

    private final Process process;
    private final Path asked;
    private final Path told;

    private RunningNode(Process process, Path asked, Path told) {
        this.process = process;
        this.asked = asked;
        this.told = told;
    }

    /** @param home with its configuration, and a dataset {@code tree} */
    static RunningNode start(Path project, Path home) throws IOException {
        Path routes = Files.createDirectories(home.resolve("routes"));
        Path asked = Files.createDirectories(home.resolve("ask"));
        Path told = Files.createDirectories(home.resolve("told"));
        Files.writeString(
                routes.resolve("bench.yaml"),
                ASKED.formatted("backup", asked, "direct:backup", told)
                        + ASKED.formatted("verify", asked, "catalog:verify", told)
                        + ASKED.formatted("restore", asked, "restore:request", told)
                        + BACKUP);
        for (String shared : List.of("templates/dataset-backup.yaml", "errors.yaml")) {
            Path file = project.resolve("routes").resolve(shared);
            Files.copy(file, routes.resolve(file.getFileName()));
        }
        Process process = new ProcessBuilder(
                        project.resolve("scripts/saddlebag").toString(), "run", "--home", home.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("node.log").toFile())
                .start();
        return new RunningNode(process, asked, told);
    }

    /**
     * Asks, and waits for the answer.
     *
     * @param what {@code backup}, {@code verify} or {@code restore}
     */
    Answer ask(String what, String body) throws IOException, InterruptedException {
        Path done = told.resolve("done");
        Path failed = told.resolve("failed");
        Files.deleteIfExists(done);
        Files.writeString(asked.resolve(what), body);
        long from = System.nanoTime();
        Files.createFile(asked.resolve(what + ".go"));
        while (!Files.exists(done)) {
            if (Files.exists(failed)) {
                throw new IllegalStateException(what + ": " + Files.readString(failed));
            }
            if (process.waitFor(5, TimeUnit.MILLISECONDS)
                    || System.nanoTime() - from > TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
                throw new IllegalStateException(what + ": the node has ended or doesn't answer; see node.log");
            }
        }
        double took = (System.nanoTime() - from) / 1e9;
        return new Answer(took, Files.readString(done).strip());
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What a running node did.
     *
     * @param seconds from the question to the answer
     * @param text of a backup its number
     */
    record Answer(double seconds, String text) {}
}
