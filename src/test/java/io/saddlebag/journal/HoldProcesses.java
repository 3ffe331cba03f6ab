package io.saddlebag.journal;

import io.saddlebag.database.sqlite.Pins;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pins and holds of SQLite files in processes of their own, which a test can kill. */
public final class HoldProcesses implements Pins {
    final List<Process> running = new ArrayList<>();
    private final String program;

    /** @param program its main class, of those in {@code io.saddlebag.app} */
    public HoldProcesses(String program) {
        this.program = program;
    }

    @Override
    public Pin start(Path file, String id, Duration timeout) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.saddlebag.app." + program,
                        file.toString(),
                        Long.toString(timeout.toMillis()),
                        id)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        running.add(process);
        BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
        OutputStream requests = process.getOutputStream();
        return new Pin() {
            @Override
            public @Nullable String answer() throws IOException {
                return answers.readLine();
            }

            @Override
            public void ask(String line) throws IOException {
                requests.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                requests.flush();
            }

            @Override
            public void end() {
                try {
                    requests.close();
                    process.waitFor();
                } catch (IOException | InterruptedException gone) {
                    process.destroyForcibly();
                }
            }
        };
    }

    @Override
    public void end(String id) {
        running.forEach(Process::destroyForcibly);
    }

    /** All that were started. */
    public void kill() throws InterruptedException {
        for (Process each : running) {
            each.destroyForcibly().waitFor();
        }
    }
}
