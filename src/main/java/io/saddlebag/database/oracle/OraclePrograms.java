package io.saddlebag.database.oracle;

import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs programs in an instance's environment, as its user. What they say in other languages would matter to people only. */
final class OraclePrograms {
    /** So that transcripts can be read everywhere, and names of files of any characters come through. */
    private static final String LANGUAGE = "AMERICAN_AMERICA.AL32UTF8";

    private final OracleSettings settings;
    private final Processes processes;

    OraclePrograms(OracleSettings settings, Processes processes) {
        this.settings = settings;
        this.processes = processes;
    }

    Processes.Finished run(List<String> program, String input, Duration timeout, Consumer<String> line)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        String runAs = settings.runAs();
        if (runAs != null) {
            String[] account = runAs.split(":", 2);
            arguments.addAll(
                    List.of("setpriv", "--reuid=" + account[0], "--regid=" + account[1], "--init-groups", "--"));
        }
        arguments.addAll(program);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("ORACLE_SID", settings.sid());
        environment.put("NLS_LANG", LANGUAGE);
        if (settings.home() != null) {
            environment.put("ORACLE_HOME", settings.home().toString());
        }
        return processes.run(new Command(arguments, environment, null, timeout).reading(input), line);
    }

    /** A program that has to succeed. */
    void require(List<String> program, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException {
        String[] last = {"(no output)"};
        int code = run(program, "", timeout, line -> {
                    log.accept(line);
                    last[0] = line;
                })
                .exitCode();
        if (code != 0) {
            throw new OracleError(
                    OraMessage.in(List.of(last[0])),
                    "program " + program.get(0) + " ended with exit code " + code + ", last line: " + last[0],
                    null);
        }
    }
}
