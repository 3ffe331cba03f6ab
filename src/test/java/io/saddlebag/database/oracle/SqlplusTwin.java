package io.saddlebag.database.oracle;

import io.saddlebag.snapshot.StandIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Stands in for {@code sqlplus -S -L "/ as sysdba"} with a script on its standard input: strict about what is used here. */
public final class SqlplusTwin {
    private static final int FAILURE = 1;
    private static final Pattern SELECT = Pattern.compile("select 'SBG>'\\|\\|(.+?) from (.+)");

    private final OracleMachine machine;
    private final StandIn standIn;

    SqlplusTwin(Path state) {
        this.machine = new OracleMachine(state);
        this.standIn = new StandIn(state);
    }

    public static void main(String[] args) throws Exception {
        List<String> arguments = List.of(args);
        if (!arguments.subList(1, args.length).equals(List.of("-S", "-L", "/ as sysdba"))) {
            System.out.println("SP2-0306: Invalid option.");
            System.exit(FAILURE);
        }
        String script = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        System.exit(new SqlplusTwin(Path.of(args[0])).run(script, System.out::println));
    }

    /** A program of that name that starts this one. */
    static Path install(Path program, Path state) throws IOException {
        Files.createDirectories(program.getParent());
        String command = StandIn.command(SqlplusTwin.class, state).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        Files.writeString(program, "#!/bin/sh\nexec " + command + " \"$@\"\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    int run(String script, Consumer<String> out) throws IOException, InterruptedException {
        boolean exits = false;
        for (String line : script.lines().toList()) {
            if (line.equals("WHENEVER SQLERROR EXIT FAILURE")) {
                exits = true;
            } else if (line.startsWith("EXIT")) {
                return 0;
            } else if (!line.startsWith("WHENEVER OSERROR EXIT") && !line.startsWith("SET ")) {
                int code = statement(line, out);
                if (code != 0 && exits) {
                    return code;
                }
            }
        }
        return 0;
    }

    private int statement(String line, Consumer<String> out) throws IOException, InterruptedException {
        if (!line.endsWith(";")) {
            out.accept("SP2-0042: unknown command \"" + line + "\" - rest of line ignored.");
            return 0;
        }
        String statement = line.substring(0, line.length() - 1);
        standIn.called(List.of(statement));
        String fault = standIn.fault(List.of(statement));
        if (fault.equals("hang")) {
            StandIn.hang();
        } else if (!fault.isEmpty()) {
            Arrays.stream(fault.split(" / ")).forEach(out);
            return fault.contains("-") ? FAILURE : 0;
        }
        List<String> said = new ArrayList<>();
        try {
            act(statement, said);
            said.forEach(out);
            return 0;
        } catch (OracleMachine.Refused refused) {
            said.forEach(out);
            refused.lines.forEach(out);
            return FAILURE;
        }
    }

    private void act(String statement, List<String> said) throws IOException, OracleMachine.Refused {
        Matcher select = SELECT.matcher(statement);
        if (select.matches()) {
            List<String> columns = List.of(select.group(1).split(Pattern.quote("||chr(31)||")));
            for (List<String> row : machine.query(columns, select.group(2))) {
                said.add("SBG>" + String.join(String.valueOf((char) 31), row));
            }
            return;
        }
        switch (statement) {
            case "startup" -> machine.startup(said);
            case "shutdown immediate" -> machine.shutdown(said);
            case "alter database mount" -> machine.mount(statement);
            case "alter database open" -> machine.open(statement);
            case "alter database begin backup" -> machine.beginBackup(statement);
            case "alter database end backup" -> machine.endBackup(statement);
            case "alter system archive log current" -> machine.archiveLog();
            default -> throw new OracleMachine.Refused("ORA-00900: invalid SQL statement");
        }
        if (statement.startsWith("alter ")) {
            said.add("");
            said.add(machine.altered());
            said.add("");
        }
    }
}
