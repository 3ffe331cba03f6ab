package io.saddlebag.database.mariadb;

import io.saddlebag.database.CopyFault;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server on a restored data directory. Of the original's options it has those that its files can't be opened without, and no
 * others: those would have its ports, binary logs, plugins and masters. It listens at a socket in a folder of its own alone, asks
 * nobody for a password, and loads no plugins, events and functions of the site's.
 */
final class MariadbCopy implements DatabaseCopy {
    /** {@code sun_path} of unix(7), less its end. */
    private static final int LONGEST_SOCKET = 107;

    /** What the files were made with, and where the programs' own files are. */
    private static final List<String> SHAPE = List.of(
            "basedir",
            "lc_messages_dir",
            "character_sets_dir",
            "plugin_dir",
            "innodb_page_size",
            "innodb_data_file_path",
            "innodb_undo_tablespaces",
            "innodb_log_file_size",
            "lower_case_table_names");

    private static final String KEYS = "file_key_management_filename";

    private final MariadbSettings original;
    private final CopyPlace place;
    private final Processes processes;
    private final Waiter waiter;
    private final SecureRandom random;
    private final Path data;
    private final Path folder;
    private final CopiedFiles files;

    MariadbCopy(MariadbSettings original, CopyPlace place, Processes processes, Waiter waiter, SecureRandom random) {
        this.original = original;
        this.place = place;
        this.processes = processes;
        this.waiter = waiter;
        this.random = random;
        this.data = place.of(original.dataDirectory());
        this.folder = place.own().resolve("s");
        this.files = new CopiedFiles(data, place);
    }

    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        files.requireThere();
        if (socket().toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET) {
            throw new BackupException(
                    CopyFault.NOT_REACHABLE,
                    "the path of the copy's socket is longer than " + LONGEST_SOCKET + " bytes: " + socket(),
                    "Give a scratch folder with a shorter path.");
        }
        files.detach();
        files.makeFolder(folder);
        files.makeReachable(data);
        ServerVariables had = new ServerProgram(original, processes).options();
        Map<String, String> options = options(had);
        for (Path each : had.folders().values()) {
            if (Files.exists(place.of(each))) {
                files.makeReachable(place.of(each));
            }
        }
        if (!had.value("log_bin").isEmpty()) {
            Path base = place.of(had.place("log_bin"));
            files.write(folder.resolve("binlog.index"), files.indexOfBinaryLogs(base));
            options.put("log_bin", base.toString());
            options.put("log_bin_index", folder.resolve("binlog.index").toString());
        }
        StringBuilder text = new StringBuilder("[mariadbd]\n");
        options.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        text.append("skip_networking\nskip_grant_tables\nskip_slave_start\n");
        files.write(config(), text.toString());
        new MariadbAdapter(settings(), processes, waiter, random).start(timeout, log);
    }

    private Map<String, String> options(ServerVariables had) throws BackupException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String name : SHAPE) {
            if (!had.value(name).isEmpty()) {
                options.put(name, had.value(name));
            }
        }
        for (Path file : had.systemFiles()) {
            if (!place.of(file).startsWith(data)) {
                throw new BackupException(
                        CopyFault.NOT_FENCED,
                        "InnoDB's file " + file + " is outside of the data directory",
                        "Restore it by hand on another machine: a server started here could write to the original's.");
            }
        }
        for (String name : List.of("innodb_undo_directory", "innodb_log_group_home_dir", "aria_log_dir_path")) {
            if (!had.value(name).isEmpty()) {
                options.put(name, place.of(had.place(name)).toString());
            }
        }
        if (!had.value(KEYS).isEmpty()) {
            options.put("plugin_load_add", "file_key_management");
            for (String name :
                    List.of(KEYS, "file_key_management_filekey", "file_key_management_encryption_algorithm")) {
                if (!had.value(name).isEmpty()) {
                    options.put(name, had.value(name));
                }
            }
        }
        options.put("socket", socket().toString());
        options.put("pid_file", folder.resolve("pid").toString());
        options.put("tmpdir", folder.toString());
        options.put("secure_file_priv", folder.toString());
        options.put("server_id", "1");
        options.put("event_scheduler", "OFF");
        options.put("innodb_buffer_pool_size", "32M");
        options.put("innodb_buffer_pool_load_at_startup", "0");
        options.put("innodb_buffer_pool_dump_at_shutdown", "0");
        options.put("performance_schema", "OFF");
        // nobody needs these files when the machine has crashed
        options.put("innodb_flush_log_at_trx_commit", "0");
        options.put("sync_binlog", "0");
        return options;
    }

    @Override
    public List<String> check(Duration timeout) throws IOException, InterruptedException {
        try {
            return List.of(
                    new MariadbAdapter(settings(), processes, waiter, random).verifyOpen(timeout) + " (CHECK TABLE)");
        } catch (BackupException damage) {
            throw new BackupException(
                    CopyFault.DAMAGED,
                    "the copy of database " + original.name() + " is not whole: " + damage.what(),
                    "Rehearse an older backup, and make a new one soon; look at the original with CHECK TABLE.",
                    damage);
        }
    }

    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        ServerProcesses server = new ServerProcesses(Path.of("/proc"));
        String argument = "--datadir=" + data;
        Deadline deadline = Deadline.after(waiter, timeout);
        while (true) {
            List<Long> left = Files.exists(data) ? server.of(data).pids() : List.of();
            if (left.isEmpty() && !processes.runs(line -> line.contains(argument))) {
                return;
            }
            if (deadline.passed()) {
                throw new BackupException(
                        CopyFault.DOES_NOT_END,
                        "processes " + left + " still work in " + data,
                        "End them, and remove the folder; the next start of the node tries it again.");
            }
            left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            deadline.await(MariadbAdapter.LOOK_AGAIN);
        }
    }

    private Path socket() {
        return folder.resolve("m");
    }

    private Path config() {
        return folder.resolve("c");
    }

    private MariadbSettings settings() throws IOException {
        List<String> none = new ArrayList<>();
        return new MariadbSettings(
                original.name(),
                original.server(),
                data,
                config(),
                none,
                MariadbSettings.DEFAULT_HOST,
                original.port(),
                socket(),
                MariadbSettings.DEFAULT_USER,
                null,
                runAs(),
                folder.resolve("log"),
                none,
                none,
                List.of(),
                MariadbSettings.Check.TABLES);
    }

    private @Nullable String runAs() throws IOException {
        return original.runAs() != null ? original.runAs() : files.owner();
    }
}
