package io.saddlebag.it;

import io.saddlebag.testing.MariadbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** A MariaDB on a Btrfs of its own. */
final class RecoveredMariadb implements RecoveredDatabase {
    private final Ground ground;
    private final MariadbServer server;
    private final Path home;
    private final String target;

    RecoveredMariadb(Path folder) throws Exception {
        ground = Ground.of(folder, "btrfs");
        server = MariadbServer.install(ground.path().resolve("database"), "sync-binlog=1");
        server.started();
        server.execute("create database shop", "create table shop.ledger (n int primary key)");
        home = folder.resolve("home");
        Files.createDirectories(home.resolve("config"));
        var settings = server.settings();
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                pools:
                  disk: { folder: pool }
                databases:
                  orders:
                    engine: mariadb
                    data: %s
                    defaultsFile: %s
                    port: %d
                    runAs: mysql
                journals:
                  binlogs: { source: mariadb, database: orders }
                """.formatted(
                        settings.dataDirectory(), settings.defaultsFile(), settings.port()));
        server.execute("insert into shop.ledger values (1)");
        done("backup", "orders", "--online", "--pool", "disk", "--provider", "btrfs");
        server.execute("insert into shop.ledger values (2)");
        target = snapshot("file") + ":" + snapshot("position");
        write(3);
    }

    private String snapshot(String what) throws SQLException {
        return server.ask("select variable_value from information_schema.global_status where variable_name ="
                + " 'binlog_snapshot_" + what + "'");
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public Path place() {
        return server.settings().dataDirectory();
    }

    @Override
    public String journals() {
        return "binlogs";
    }

    @Override
    public String[] recovery() {
        return new String[] {"recover", "orders", "--until-log", target, "--incarnation", "1", "--backed-up-only"};
    }

    @Override
    public void write(int row) throws Exception {
        server.execute("insert into shop.ledger values (" + row + ")");
        done("journal", "backup", "binlogs", "--pool", "disk");
    }

    @Override
    public String rows() throws SQLException {
        return server.ask("select coalesce(group_concat(n order by n separator ' '), '') from shop.ledger");
    }

    @Override
    public boolean answers() {
        try {
            return server.ask("select 1").equals("1");
        } catch (SQLException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        ground.close();
    }
}
