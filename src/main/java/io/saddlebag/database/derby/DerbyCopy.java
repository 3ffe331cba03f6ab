package io.saddlebag.database.derby;

import io.saddlebag.database.CopyFault;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A restored database folder, opened by Derby's own tool {@code ij} in a process that has nothing else to do: no network server, so no
 * port, and a system folder of its own, so no configuration of the original's. Its application is never started on it.
 */
final class DerbyCopy implements DatabaseCopy {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** The base tables; a literal before each, since {@code ij} prints much else. */
    private static final String TABLES =
            "from sys.systables t join sys.sysschemas s on s.schemaid = t.schemaid where t.tabletype in ('T', 'S')";

    private final DerbySettings original;
    private final Processes processes;
    private final Waiter waiter;
    private final CopiedDatabase files;
    private final EngineTool tool;

    /** @param lib folder of the engine's own jars */
    DerbyCopy(DerbySettings original, Path lib, CopyPlace place, Processes processes, Waiter waiter) {
        this.original = original;
        this.processes = processes;
        this.waiter = waiter;
        this.files = new CopiedDatabase(place.of(original.folder()), place);
        this.tool = new EngineTool(original, lib, files.folder(), place.own(), processes);
    }

    /** Opens it, which recovers it as after a crash, and closes it again. */
    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        files.detach();
        EngineTool.Answer answer = tool.ask(
                "values '" + EngineTool.FOUND
                        + "' || coalesce(syscs_util.syscs_get_database_property('DataDictionaryVersion'), 'unknown');\n",
                timeout);
        if (answer.problem().isPresent() || answer.found().size() != 1) {
            throw new BackupException(
                    DatabaseFault.START_FAILED,
                    "the copy of database " + original.name() + " could not be opened: " + answer.explained(),
                    "See that option lib is the folder of the Derby that the application uses; rehearse an older backup.");
        }
        log.accept("the copy was recovered and opened, Derby " + answer.found().get(0));
    }

    @Override
    public List<String> check(Duration timeout) throws IOException, InterruptedException {
        EngineTool.Answer answer = tool.ask(
                "select '" + EngineTool.FOUND + "' || cast(count(*) as char(11)) " + TABLES + ";\n"
                        // everything is read, and compared with its indexes; it fails at the first damage
                        + "select '" + EngineTool.FOUND + "' || t.tablename " + TABLES
                        + " and syscs_util.syscs_check_table(s.schemaname, t.tablename) = 1;\n",
                timeout);
        List<String> found = new ArrayList<>(answer.found());
        int tables = found.isEmpty() ? -1 : Integer.parseInt(found.remove(0).strip());
        if (answer.problem().isPresent() || found.size() != tables) {
            throw new BackupException(
                    CopyFault.DAMAGED,
                    "the copy of database " + original.name() + " is not whole: " + answer.explained() + " ("
                            + found.size() + " of " + Math.max(0, tables) + " tables were found good)",
                    "Rehearse an older backup, and make a new one soon; check the original with SYSCS_UTIL.SYSCS_CHECK_TABLE.");
        }
        return List.of("SYSCS_CHECK_TABLE says ok of " + tables + " tables");
    }

    /** Nothing runs between two calls; what a process that died had begun may. */
    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, timeout);
        while (true) {
            List<Long> holders = files.holders();
            if (holders.isEmpty() && !processes.runs(tool::isOurs)) {
                return;
            }
            if (deadline.passed()) {
                throw new BackupException(
                        CopyFault.DOES_NOT_END,
                        "processes " + holders + " still work in " + files.folder(),
                        "End them, and remove the folder; the next start of the node tries it again.");
            }
            holders.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            deadline.await(LOOK_AGAIN);
        }
    }

    static Optional<DatabaseCopy> of(DerbySettings original, CopyPlace place, Processes processes, Waiter waiter) {
        return Optional.ofNullable(original.lib()).map(lib -> new DerbyCopy(original, lib, place, processes, waiter));
    }
}
