package io.saddlebag.database.oracle;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.snapshot.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The guide's example, its drives being folders: database on {@code O:}, flash recovery area with the second control file on
 * {@code C:}. Its programs run in this process, but for {@link SqlplusTwin#install}.
 */
public final class OracleTwin implements Processes {
    public final Path driveC;
    public final Path driveO;
    public final Path state;
    public final Path control1;
    public final Path control2;
    public final OracleMachine machine;
    public final StandIn standIn;
    /** State number by service; none of them exists when empty. */
    public final Map<String, Integer> services = new HashMap<>();

    private final Path home;
    private final Path node;

    public OracleTwin(Path folder) throws IOException {
        driveC = folder.resolve("C");
        driveO = folder.resolve("O");
        state = folder.resolve("machine");
        node = folder.resolve("node");
        home = driveC.resolve("app/Administrator/product/11.2.0/dbhome_1");
        Path data = driveO.resolve("app/Administrator/oradata/ORCL");
        Path area = driveC.resolve("app/administrator/flash_recovery_area");
        control1 = data.resolve("CONTROL01.CTL");
        control2 = area.resolve("ORCL/CONTROL02.CTL");
        machine = OracleMachine.create(
                state,
                new OracleMachine.Layout(
                        List.of(data.resolve("SYSTEM01.DBF"), data.resolve("USERS01.DBF")),
                        List.of(control1, control2),
                        data.resolve("REDO01.LOG"),
                        home.resolve("database/SPFILEORCL.ORA"),
                        area,
                        driveC.resolve("app/administrator/diag/rdbms/orcl/orcl/trace/alert_orcl.log")));
        standIn = new StandIn(state);
    }

    /** Statements that do something, oldest first. */
    public List<String> deeds() throws IOException {
        return standIn.calls().stream()
                .filter(call -> !call.startsWith("select"))
                .toList();
    }

    /** Oracle's own writer on Windows puts the database in backup mode, or takes it out. */
    public void byWriter(boolean inBackupMode) {
        try {
            if (inBackupMode) {
                machine.beginBackup("ALTER DATABASE BEGIN BACKUP");
            } else {
                machine.endBackup("ALTER DATABASE END BACKUP");
            }
        } catch (IOException | OracleMachine.Refused e) {
            throw new AssertionError(e);
        }
    }

    public Path area() {
        return control2.getParent().getParent();
    }

    Path home() {
        return home;
    }

    /** Options with this home, and more as pairs. */
    OracleSettings settings(Object... more) throws BackupException {
        Map<String, Object> options = new HashMap<>(Map.of("sid", "orcl", "home", home.toString()));
        for (int i = 0; i < more.length; i += 2) {
            options.put((String) more[i], more[i + 1]);
        }
        return OracleSettings.read(new DatabaseOptions("orcl", options), node);
    }

    public OracleAdapter adapter(Waiter waiter) throws BackupException {
        return new OracleAdapter(settings(), this, waiter);
    }

    @Override
    public Finished run(Command command, Consumer<String> line) throws IOException, InterruptedException {
        List<String> arguments = command.arguments();
        String program = Path.of(arguments.get(0)).getFileName().toString();
        int code = switch (program) {
            case "sqlplus" -> sqlplus(command, line);
            case "sc", "net" -> service(arguments, line);
            case "start-orcl" -> new SqlplusTwin(state).run("startup;\n", line);
            case "stop-orcl" -> new SqlplusTwin(state).run("shutdown immediate;\n", line);
            default -> throw new BackupException(ProcessFault.CANNOT_START, "no " + program, "None.");
        };
        return new Finished(code, Duration.ZERO);
    }

    private int sqlplus(Command command, Consumer<String> line) throws IOException, InterruptedException {
        if (!command.environment().get("ORACLE_SID").equals("orcl")
                || !command.arguments().subList(1, 4).equals(List.of("-S", "-L", "/ as sysdba"))) {
            line.accept("ORA-12560: TNS:protocol adapter error");
            return 1;
        }
        if (services.getOrDefault("OracleServiceORCL", 4) == 1) {
            line.accept("ERROR:");
            line.accept("ORA-12560: TNS:protocol adapter error");
            return 1;
        }
        return new SqlplusTwin(state).run(command.input(), line);
    }

    private int service(List<String> arguments, Consumer<String> line) throws IOException {
        standIn.called(arguments);
        String service = arguments.get(2);
        Integer now = services.get(service);
        if (now == null) {
            line.accept("The service name is invalid.");
            line.accept("More help is available by typing NET HELPMSG 2185.");
            return arguments.get(0).equals("sc") ? 36 : 2;
        }
        if (arguments.get(0).equals("sc")) {
            line.accept("SERVICE_NAME: " + service);
            line.accept("        種類               : 10  WIN32_OWN_PROCESS");
            line.accept("        状態               : " + now + "  " + (now == 4 ? "RUNNING" : "STOPPED"));
            line.accept("        WIN32_EXIT_CODE    : 0  (0x0)");
            return 0;
        }
        int goal = arguments.get(1).equals("start") ? 4 : 1;
        if (goal == now) {
            line.accept("NET HELPMSG " + (goal == 4 ? "2182" : "3521"));
            return 2;
        }
        line.accept("The " + service + " service was " + arguments.get(1) + "ed successfully.");
        services.put(service, goal);
        return 0;
    }

    /** All files of the drives, as a snapshot of one instant has them. */
    static void copy(Path from, Path to) throws IOException {
        List<Path> all = new ArrayList<>();
        try (var walk = Files.walk(from)) {
            walk.forEach(all::add);
        }
        for (Path each : all) {
            Path target = to.resolve(from.relativize(each).toString());
            if (Files.isDirectory(each)) {
                Files.createDirectories(target);
            } else {
                Files.copy(each, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
