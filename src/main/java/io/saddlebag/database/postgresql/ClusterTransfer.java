package io.saddlebag.database.postgresql;

import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseTransfer;
import io.saddlebag.database.TransferFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.quantity.ByteCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One database of a cluster, by {@code pg_dump} from the copy and {@code pg_restore} into the original. It is renamed in the copy first,
 * so that those two make it under that name with all that it has as a database: owner, rights, settings, limits, comment.
 */
final class ClusterTransfer implements DatabaseTransfer {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration ENDING = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    /** {@code NAMEDATALEN} less its end. */
    private static final int LONGEST_NAME = 63;

    private static final Set<String> TEMPLATES = Set.of("template0", "template1");
    /** There in any cluster, and of no use but to be connected to. */
    private static final String MEETING_PLACE = "template1";

    private final PostgresqlSettings original;
    private final Processes processes;
    private final Waiter waiter;
    private final DumpPrograms programs;

    ClusterTransfer(PostgresqlSettings original, Processes processes, Waiter waiter) {
        this.original = original;
        this.processes = processes;
        this.waiter = waiter;
        this.programs = new DumpPrograms(original, processes);
    }

    @Override
    public void require(Names names) throws IOException, InterruptedException {
        if (TEMPLATES.contains(names.database())
                || (names.as() == null && names.database().equals(original.maintenanceDatabase()))) {
            throw new BackupException(
                    TransferFault.NOT_ALLOWED,
                    "database " + names.database() + " of " + original.name() + " can't give way to another one",
                    TEMPLATES.contains(names.database())
                            ? "Templates come back with the whole cluster only."
                            : "It is the one that Saddlebag connects to: give it a new name with --as, or set option"
                                    + " maintenanceDatabase.");
        }
        for (String name : List.of(names.last(), names.unfinished(), names.aside())) {
            if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
                throw new BackupException(
                        TransferFault.NOT_ALLOWED,
                        "a name of a database has 1 to " + LONGEST_NAME + " bytes, not " + name,
                        "Give it a shorter new name with --as.");
            }
        }
        try (Connection connection = open(original.maintenanceDatabase())) {
            requireRights(connection);
            requireFree(connection, names);
            programs.require(major(connection));
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private void requireRights(Connection connection) throws SQLException, IOException {
        if (Queries.isTrue(connection, "select pg_is_in_recovery()")) {
            throw new BackupException(
                    TransferFault.NOT_ALLOWED,
                    "database " + original.name() + " is a standby, which takes no database in",
                    "Recover it at the primary.");
        }
        if (!Queries.isTrue(connection, "select rolsuper from pg_catalog.pg_roles where rolname = current_user")) {
            throw new BackupException(
                    TransferFault.NOT_ALLOWED,
                    "role " + original.user() + " of " + original.name() + " is no superuser",
                    "Name one in option user: owners, rights and extensions can be made by such a role only.");
        }
    }

    private static void requireFree(Connection connection, Names names) throws SQLException, IOException {
        String given = names.as();
        List<String> mustBeFree = new ArrayList<>(List.of(names.unfinished()));
        mustBeFree.add(given == null ? names.aside() : given);
        for (String name : mustBeFree) {
            if (isThere(connection, name)) {
                throw new BackupException(
                        TransferFault.NAME_TAKEN,
                        "there is a database " + name + " already",
                        "Give another name with --as, or rename that one.");
            }
        }
    }

    @Override
    public Loaded load(Names names, CopyPlace from, Duration limit, Consumer<String> log)
            throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, limit);
        PostgresqlSettings copy = new PostgresqlCopy(original, from, processes, waiter).settings();
        Path dumps = from.own().resolve("d");
        Path file = dumps.resolve(names.unfinished());
        try {
            String role = rename(copy, names, from.own());
            new CopiedCluster(copy.dataDirectory(), from).makeFolder(dumps);
            programs.dump(
                    Map.of(
                            "host", copy.host(),
                            "port", Integer.toString(copy.port()),
                            "user", role,
                            "application_name", names.unfinished(),
                            "dbname", names.unfinished()),
                    file,
                    deadline.remaining(),
                    log);
            log.accept("dumped " + ByteCount.of(Files.size(file)));
            programs.restore(
                    Map.of(
                            "host", original.host(),
                            "port", Integer.toString(original.port()),
                            "user", original.user(),
                            "application_name", names.unfinished(),
                            "dbname", original.maintenanceDatabase()),
                    file,
                    deadline.remaining(),
                    log);
            return compared(copy, role, names, deadline);
        } catch (SQLException e) {
            throw new BackupException(
                    TransferFault.NOT_LOADED,
                    "database " + names.database() + " of " + original.name() + " could not be loaded: "
                            + e.getMessage(),
                    "Remove the cause and repeat the command.",
                    e);
        }
    }

    private Loaded compared(PostgresqlSettings copy, String role, Names names, Deadline deadline)
            throws SQLException, IOException {
        try (Connection loaded = open(names.unfinished());
                Connection recovered = openCopy(copy, names.unfinished(), role, deadline.remaining())) {
            loaded.setNetworkTimeout(Runnable::run, 0);
            recovered.setNetworkTimeout(Runnable::run, 0);
            // statistics aren't dumped, and whoever connects first shouldn't pay for that
            Queries.run(loaded, "analyze");
            LoadedDatabase both = new LoadedDatabase(recovered, loaded, deadline);
            List<String> compared = List.of(both.compare());
            List<String> unlogged = both.unlogged();
            return new Loaded(
                    compared,
                    unlogged.isEmpty()
                            ? List.of()
                            : List.of("unlogged tables are in no journal, and came in empty: "
                                    + String.join(", ", unlogged)));
        }
    }

    /** @return the copy's superuser, whatever it is called */
    private String rename(PostgresqlSettings copy, Names names, Path scratch) throws SQLException, IOException {
        String role;
        try (Connection connection = openCopy(copy, MEETING_PLACE, original.user(), CONNECT_LIMIT)) {
            role = Queries.text(connection, "select rolname from pg_catalog.pg_roles where oid = 10");
        }
        try (Connection connection = openCopy(copy, MEETING_PLACE, role, CONNECT_LIMIT)) {
            if (!isThere(connection, names.database())) {
                throw new BackupException(
                        TransferFault.NOT_IN_COPY,
                        "at that point there was no database " + names.database() + " in " + original.name()
                                + "; there were "
                                + String.join(
                                        ", ",
                                        Queries.column(
                                                connection,
                                                "select datname from pg_catalog.pg_database where not datistemplate"
                                                        + " order by datname")),
                        "Name one of these, or another point.");
            }
            requireRoom(
                    Long.parseLong(Queries.text(
                            connection, "select pg_database_size(" + Queries.quoted(names.database()) + ")::text")),
                    scratch);
            requireRoles(connection, names);
            Queries.run(
                    connection,
                    "alter database " + identifier(names.database()) + " rename to " + identifier(names.unfinished()));
        }
        return role;
    }

    /** The dump is hardly ever larger than the database, and needs its room while the database is loaded. */
    private void requireRoom(long bytes, Path scratch) throws IOException {
        FileStore there = Files.getFileStore(scratch);
        FileStore here = Files.getFileStore(original.dataDirectory());
        boolean same = there.equals(here);
        requireRoom(here, original.dataDirectory(), same ? 2 * bytes : bytes);
        if (!same) {
            requireRoom(there, scratch, bytes);
        }
    }

    private static void requireRoom(FileStore store, Path place, long bytes) throws IOException {
        if (store.getUsableSpace() < bytes) {
            throw new BackupException(
                    TransferFault.NO_ROOM,
                    "the database, and its dump, need up to " + ByteCount.of(bytes) + ", and the file system of "
                            + place + " has " + ByteCount.of(store.getUsableSpace()) + " left",
                    "Free some space, or have the copy made on another file system with --scratch.");
        }
    }

    /** Said at once, and not when most of it is loaded. */
    private void requireRoles(Connection copy, Names names) throws SQLException, IOException {
        List<String> needed = Queries.column(
                copy,
                "select distinct r.rolname from pg_catalog.pg_shdepend s join pg_catalog.pg_roles r on r.oid = s.refobjid"
                        + " join pg_catalog.pg_database d on d.datname = " + Queries.quoted(names.database())
                        + " where s.refclassid = 'pg_catalog.pg_authid'::regclass and (s.dbid = d.oid"
                        + " or (s.dbid = 0 and s.classid = 'pg_catalog.pg_database'::regclass and s.objid = d.oid))"
                        + " order by 1");
        List<String> missing = new ArrayList<>(needed);
        try (Connection connection = open(original.maintenanceDatabase())) {
            missing.removeAll(Queries.column(connection, "select rolname from pg_catalog.pg_roles"));
        }
        if (!missing.isEmpty()) {
            throw new BackupException(
                    TransferFault.NOT_IN_COPY,
                    "roles that own or may use something in database " + names.database() + " aren't in "
                            + original.name() + " any more: " + String.join(", ", missing),
                    "Make them with 'create role', and repeat the command; they can be dropped afterwards.");
        }
    }

    @Override
    public List<String> takeName(Names names, Duration limit) throws IOException, InterruptedException {
        try (Connection connection = open(original.maintenanceDatabase(), limit)) {
            return new GivenName(connection, names, Deadline.after(waiter, limit)).give();
        } catch (SQLException e) {
            throw new BackupException(
                    TransferFault.NOT_NAMED,
                    "what was loaded could not be given the name " + names.last() + ": " + e.getMessage(),
                    "End what holds the old one, prepared transactions too, and repeat the command.",
                    e);
        }
    }

    @Override
    public void discard(Names names, Duration limit) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, ENDING);
        try (Connection connection = open(original.maintenanceDatabase(), limit)) {
            boolean loading = true;
            while (loading) {
                Queries.column(
                        connection,
                        "select pg_terminate_backend(pid)::text from pg_catalog.pg_stat_activity where application_name = "
                                + Queries.quoted(names.unfinished()));
                // one that was not connected yet could make the database anew
                loading = processes.runs(line -> line.stream().anyMatch(each -> each.contains(names.unfinished())));
                if (loading && deadline.passed()) {
                    throw new BackupException(
                            TransferFault.NOT_LOADED,
                            "a program still loads database " + names.unfinished(),
                            "End pg_dump and pg_restore of that database; the next start of a node tries it again.");
                }
                if (loading) {
                    deadline.await(LOOK_AGAIN);
                }
            }
            Queries.run(connection, "drop database if exists " + identifier(names.unfinished()) + " with (force)");
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private static int major(Connection connection) throws SQLException {
        int scale = 10_000;
        return Integer.parseInt(Queries.text(connection, "select current_setting('server_version_num')")) / scale;
    }

    static boolean isThere(Connection connection, String database) throws SQLException {
        return Queries.isTrue(
                connection,
                "select exists (select from pg_catalog.pg_database where datname = " + Queries.quoted(database) + ")");
    }

    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private Connection open(String database) throws SQLException, IOException {
        return open(database, CONNECT_LIMIT);
    }

    private Connection open(String database, Duration limit) throws SQLException, IOException {
        return new ServerConnections(original).open(limit, Map.of("PGDBNAME", database));
    }

    private static Connection openCopy(PostgresqlSettings copy, String database, String role, Duration limit)
            throws SQLException, IOException {
        return new ServerConnections(copy).open(limit, Map.of("PGDBNAME", database, "user", role));
    }

    private BackupException unreachable(SQLException e) {
        return new BackupException(
                DatabaseFault.NOT_OPEN,
                "database " + original.name() + " doesn't answer: " + e.getMessage(),
                "Start it: one database is taken into the running original.",
                e);
    }
}
