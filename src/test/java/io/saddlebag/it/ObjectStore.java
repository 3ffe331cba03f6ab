package io.saddlebag.it;

import io.saddlebag.testing.FreePort;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server that others made, and that speaks S3, with one bucket. */
final class ObjectStore implements Closeable {
    static final String BUCKET = "backups";
    private static final Duration PATIENT = Duration.ofMinutes(2);
    private static final Pattern STARTED = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    private final Process process;
    private final Path root;
    private final int port;

    private ObjectStore(Process process, Path root, int port) {
        this.process = process;
        this.root = root;
        this.port = port;
    }

    static boolean isHere() {
        return Files.exists(jar());
    }

    private static Path jar() {
        return Path.of(System.getProperty("saddlebag.counterparts", "target/counterparts"), "s3mock-exec.jar");
    }

    /** @param folder an empty one */
    static ObjectStore in(Path folder) throws Exception {
        Path root = Files.createDirectories(folder.resolve("root"));
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dserver.port=" + FreePort.next(),
                        "-Dhttp.port=" + FreePort.next(),
                        "-Dcom.adobe.testing.s3mock.store.root=" + root,
                        "-Dcom.adobe.testing.s3mock.store.initialBuckets=" + BUCKET,
                        "-jar",
                        jar().toString()))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            Until.holds("an object store that listens", PATIENT, () -> {
                if (!process.isAlive()) {
                    throw new AssertionError("the object store ended: " + Files.readString(said));
                }
                return STARTED.matcher(Files.readString(said)).find();
            });
            Matcher started = STARTED.matcher(Files.readString(said));
            started.find();
            return new ObjectStore(process, root, Integer.parseInt(started.group(1)));
        } catch (Exception | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** What every address of it needs; it takes any key. */
    String options() {
        return "accessKey=any&secretKey=any&region=us-east-1&overrideEndpoint=true&forcePathStyle=true"
                + "&uriEndpointOverride=http://127.0.0.1:" + port;
    }

    /** Files in which it keeps what objects hold. */
    List<Path> contents() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> path.getFileName().toString().equals("binaryData"))
                    .sorted()
                    .toList();
        }
    }

    long pid() {
        return process.pid();
    }

    void stop() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(PATIENT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
