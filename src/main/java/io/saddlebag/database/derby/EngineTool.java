package io.saddlebag.database.derby;

import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Derby's {@code ij}, with the engine within its own process. What is asked, and a password, are read from its standard input and
 * stand in no list of arguments (X13).
 */
final class EngineTool {
    /** Begins what a question asks for, and nothing else that the tool prints. */
    static final String FOUND = "SBG>";

    private static final String ERROR = "ERROR ";
    private static final int MOST_LINES = 5;
    private static final String SYSTEM_HOME = "-Dderby.system.home=";

    private final DerbySettings settings;
    private final Path lib;
    private final Path folder;
    private final Path own;
    private final Processes processes;

    /** @param own folder for its log; it reads no {@code derby.properties} anywhere else */
    EngineTool(DerbySettings settings, Path lib, Path folder, Path own, Processes processes) {
        this.settings = settings;
        this.lib = lib;
        this.folder = folder;
        this.own = own;
        this.processes = processes;
    }

    /**
     * What came of a question.
     *
     * @param found what was asked for, without {@link #FOUND}
     * @param said its last words, for people
     */
    record Answer(List<String> found, Optional<String> problem, String said) {
        String explained() {
            return problem.orElse("ij said: " + said);
        }
    }

    /** @param statements lines that end with a semicolon */
    Answer ask(String statements, Duration timeout) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<String> last = new ArrayList<>();
        Command command = new Command(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                SYSTEM_HOME + own,
                                "-Dderby.stream.error.file=" + own.resolve("derby.log"),
                                // as the copy's owner decides, not as the original's users do
                                "-Dderby.connection.requireAuthentication=false",
                                "-Dfile.encoding=UTF-8",
                                "-cp",
                                lib.resolve("*").toString(),
                                "org.apache.derby.tools.ij"),
                        Map.of(),
                        own,
                        timeout)
                .reading("maximumdisplaywidth 2000;\n" + connect() + statements + "exit;\n");
        Processes.Finished finished = processes.run(command, line -> {
            // a prompt, or several, may stand before what is printed
            String text = line.replaceFirst("^(ij[^>]*> ?)+", "").strip();
            if (text.startsWith(FOUND)) {
                found.add(text.substring(FOUND.length()));
            } else if (text.startsWith(ERROR)) {
                problems.add(text);
            } else if (!text.isEmpty()) {
                last.add(text);
            }
        });
        List<String> end = last.subList(Math.max(0, last.size() - MOST_LINES), last.size());
        return new Answer(
                List.copyOf(found),
                problems.isEmpty()
                        ? Optional.empty()
                        : Optional.of(String.join("; ", problems.subList(0, Math.min(MOST_LINES, problems.size())))),
                "exit code " + finished.exitCode() + ", " + String.join(" | ", end));
    }

    private String connect() throws IOException {
        @Nullable String user = settings.user();
        @Nullable String password = new ServerConnections(settings).password();
        return "connect " + ServerConnections.quoted("jdbc:derby:" + folder)
                + (user == null ? "" : " user " + ServerConnections.quoted(user))
                + (password == null ? "" : " password " + ServerConnections.quoted(password))
                + ";\n";
    }

    /** Whether a program's command line is of a tool in that folder, whoever started it. */
    boolean isOurs(List<String> commandLine) {
        return commandLine.contains(SYSTEM_HOME + own);
    }
}
