package io.saddlebag.database.oracle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Stands in for an instance and its database: DOWN, STARTED, MOUNTED, OPEN; data files whose headers hold checkpoint and backup
 * flag, several control files with versions, a redo log, an alert log. Everything is in files, so that a restore brings back
 * what was then. What it says is from Oracle's documentation and published sessions.
 */
public final class OracleMachine {
    static final String STARTED = "STARTED";
    static final String MOUNTED = "MOUNTED";
    static final String OPEN = "OPEN";
    static final String DOWN = "DOWN";

    private final Path folder;

    public OracleMachine(Path folder) {
        this.folder = folder;
    }

    /** What it refuses, as it is printed. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final transient List<String> lines;

        Refused(String... lines) {
            super(lines[0]);
            this.lines = List.of(lines);
        }
    }

    /** Where a database's files are. */
    public record Layout(List<Path> data, List<Path> control, Path redo, Path spfile, Path area, Path alert) {}

    /** Makes a database in archive mode, and opens it. */
    public static OracleMachine create(Path folder, Layout layout) throws IOException {
        Files.createDirectories(folder);
        OracleMachine machine = new OracleMachine(folder);
        Properties config = new Properties();
        for (int i = 0; i < layout.data().size(); i++) {
            config.setProperty("data." + i, layout.data().get(i).toString());
        }
        for (int i = 0; i < layout.control().size(); i++) {
            config.setProperty("control." + i, layout.control().get(i).toString());
        }
        config.setProperty("redo", layout.redo().toString());
        config.setProperty("spfile", layout.spfile().toString());
        config.setProperty("area", layout.area().toString());
        config.setProperty("alert", layout.alert().toString());
        machine.save("config", config);
        Files.createDirectories(layout.area());
        for (Path data : layout.data()) {
            machine.write(data, "data", "checkpoint", "1900", "backup", "no");
        }
        for (Path control : layout.control()) {
            machine.write(control, "control", "version", "1900", "archivelog", "true");
        }
        machine.write(layout.redo(), "redo", "from", "1900", "to", "1900");
        machine.write(layout.spfile(), "spfile", "sid", "orcl");
        Files.createDirectories(layout.alert().getParent());
        machine.state(DOWN);
        try {
            machine.startup(new ArrayList<>());
        } catch (Refused e) {
            throw new AssertionError(e);
        }
        return machine;
    }

    // ---- for tests

    public String state() throws IOException {
        return load("instance").getProperty("state", DOWN);
    }

    /** A transaction, committed; it is in the files and in the redo log. */
    public void commit(String row) throws IOException {
        Properties data = read(data().get(0));
        int rows = Integer.parseInt(data.getProperty("rows", "0"));
        data.setProperty("row." + rows, row);
        data.setProperty("rows", Integer.toString(rows + 1));
        store(data().get(0), data);
        bump();
    }

    public List<String> rows() throws IOException {
        Properties data = read(data().get(0));
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(data.getProperty("rows", "0")); i++) {
            rows.add(data.getProperty("row." + i));
        }
        return rows;
    }

    /** The machine's power is lost. */
    void crash() throws IOException {
        state(DOWN);
        alert("Instance terminated by PMON, pid = 4711");
    }

    void archiveMode(boolean on) throws IOException {
        for (Path control : control()) {
            Properties content = read(control);
            content.setProperty("archivelog", Boolean.toString(on));
            store(control, content);
        }
    }

    /** As releases before 11 are, which don't tell where their alert log is. */
    void untraced() throws IOException {
        Properties instance = load("instance");
        instance.setProperty("untraced", "true");
        save("instance", instance);
    }

    void japanese() throws IOException {
        Properties instance = load("instance");
        instance.setProperty("japanese", "true");
        save("instance", instance);
    }

    List<Integer> active() throws IOException {
        List<Integer> active = new ArrayList<>();
        for (int i = 0; i < data().size(); i++) {
            if (Files.exists(data().get(i))
                    && !read(data().get(i)).getProperty("backup").equals("no")) {
                active.add(i + 1);
            }
        }
        return active;
    }

    String version(Path control) throws IOException {
        return read(control).getProperty("version");
    }

    Path alertLog() throws IOException {
        return Path.of(load("config").getProperty("alert"));
    }

    // ---- statements

    boolean speaksJapanese() throws IOException {
        return Boolean.parseBoolean(load("instance").getProperty("japanese", "false"));
    }

    String altered() throws IOException {
        return speaksJapanese() ? "データベースが変更されました。" : "Database altered.";
    }

    void startup(List<String> said) throws IOException, Refused {
        if (!state().equals(DOWN)) {
            throw new Refused("ORA-01081: cannot start already-running ORACLE - shut it down first");
        }
        alert("Starting ORACLE instance (normal)");
        state(STARTED);
        said.addAll(List.of(
                "ORACLE instance started.",
                "",
                "Total System Global Area 1068937216 bytes",
                "Fixed Size                  2182592 bytes",
                "Variable Size             616563264 bytes",
                "Database Buffers          444596224 bytes",
                "Redo Buffers                5595136 bytes"));
        mount("ALTER DATABASE   MOUNT");
        said.add("Database mounted.");
        open("ALTER DATABASE OPEN");
        said.add("Database opened.");
    }

    void mount(String typed) throws IOException, Refused {
        if (!state().equals(STARTED)) {
            throw new Refused(state().equals(DOWN) ? notAvailable() : "ORA-01100: database already mounted");
        }
        alert(typed);
        TreeMap<Integer, Path> versions = new TreeMap<>();
        for (Path control : control()) {
            if (Files.notExists(control)) {
                alert(
                        "ORA-00210: cannot open the specified control file",
                        "ORA-00202: control file: '" + control + "'");
                throw signalled(typed, "ORA-00205: error in identifying control file, check alert log for more info");
            }
            versions.putIfAbsent(Integer.parseInt(version(control)), control);
        }
        if (versions.size() > 1) {
            throw signalled(
                    typed,
                    "ORA-00214: " + (speaksJapanese() ? "制御ファイル'" : "control file '")
                            + versions.lastEntry().getValue() + "' " + (speaksJapanese() ? "バージョン" : "version"),
                    versions.lastKey() + (speaksJapanese() ? " がファイル" : " inconsistent with file"),
                    "'" + versions.firstEntry().getValue() + "' version " + versions.firstKey());
        }
        state(MOUNTED);
        alert("Completed: " + typed);
    }

    void open(String typed) throws IOException, Refused {
        if (!state().equals(MOUNTED)) {
            throw new Refused(
                    state().equals(OPEN)
                            ? "ORA-01531: a database already being opened by the instance"
                            : state().equals(DOWN) ? notAvailable() : "ORA-01507: database not mounted");
        }
        alert(typed);
        int version = Integer.parseInt(version(control().get(0)));
        Properties redo = read(redo());
        for (int i = 0; i < data().size(); i++) {
            Path file = data().get(i);
            String named = "ORA-01110: data file " + (i + 1) + ": '" + file + "'";
            if (Files.notExists(file)) {
                throw signalled(
                        typed,
                        "ORA-01157: cannot identify/lock data file " + (i + 1) + " - see DBWR trace file",
                        named);
            }
            Properties header = read(file);
            int checkpoint = Integer.parseInt(header.getProperty("checkpoint"));
            if (checkpoint > version) {
                throw signalled(
                        typed,
                        "ORA-01122: database file " + (i + 1) + " failed verification check",
                        named,
                        "ORA-01207: file is more recent than control file - old control file");
            }
            if (!header.getProperty("backup").equals("no")) {
                throw signalled(
                        typed,
                        "ORA-10873: file " + (i + 1)
                                + " needs to be either taken out of backup mode or media recovered",
                        named);
            }
            if (checkpoint < Integer.parseInt(redo.getProperty("from"))
                    || version != Integer.parseInt(redo.getProperty("to"))) {
                throw signalled(typed, "ORA-01113: file " + (i + 1) + " needs media recovery", named);
            }
        }
        state(OPEN);
        checkpoint();
        alert("Completed: " + typed);
    }

    void shutdown(List<String> said) throws IOException, Refused {
        String state = state();
        if (state.equals(DOWN)) {
            throw new Refused(notAvailable(), "ORA-27101: shared memory realm does not exist");
        }
        if (state.equals(OPEN) && !active().isEmpty()) {
            int file = active().get(0);
            throw new Refused(
                    "ORA-01149: cannot shutdown - file " + file + " has online backup set",
                    "ORA-01110: data file " + file + ": '" + data().get(file - 1) + "'");
        }
        alert("Shutting down instance (immediate)");
        if (state.equals(OPEN)) {
            checkpoint();
            alert("ALTER DATABASE CLOSE NORMAL", "Completed: ALTER DATABASE CLOSE NORMAL");
            said.add("Database closed.");
        } else {
            said.add(state.equals(MOUNTED) ? "ORA-01109: database not open" : "ORA-01507: database not mounted");
            said.add("");
        }
        if (!state.equals(STARTED)) {
            alert("ALTER DATABASE DISMOUNT", "Completed: ALTER DATABASE DISMOUNT");
            said.add("Database dismounted.");
        }
        said.add("ORACLE instance shut down.");
        alert("Instance shutdown complete");
        state(DOWN);
    }

    void beginBackup(String typed) throws IOException, Refused {
        require(OPEN, "ORA-01109: database not open");
        Properties control = read(control().get(0));
        String first = "ORA-01110: data file 1: '" + data().get(0) + "'";
        if (!Boolean.parseBoolean(control.getProperty("archivelog"))) {
            throw new Refused("ORA-01123: cannot start online backup; media recovery not enabled");
        }
        if (!active().isEmpty()) {
            throw new Refused(
                    "ORA-01146: cannot start online backup - file " + active().get(0) + " is already in backup", first);
        }
        alert(typed);
        checkpoint();
        for (Path file : data()) {
            Properties header = read(file);
            header.setProperty("backup", version(control().get(0)));
            store(file, header);
        }
        alert("Completed: " + typed);
    }

    void endBackup(String typed) throws IOException, Refused {
        if (state().equals(DOWN) || state().equals(STARTED)) {
            throw new Refused(state().equals(DOWN) ? notAvailable() : "ORA-01507: database not mounted");
        }
        alert(typed);
        if (active().isEmpty()) {
            throw signalled(typed, "ORA-01142: cannot end online backup - none of the files are in backup");
        }
        bump();
        for (int file : active()) {
            Properties header = read(data().get(file - 1));
            header.setProperty("backup", "no");
            header.setProperty("checkpoint", version(control().get(0)));
            store(data().get(file - 1), header);
        }
        alert("Completed: " + typed);
    }

    /** A log switch: what came before is in the archive only. */
    void archiveLog() throws IOException, Refused {
        require(OPEN, "ORA-01109: database not open");
        checkpoint();
        Properties redo = read(redo());
        redo.setProperty("from", version(control().get(0)));
        store(redo(), redo);
    }

    List<List<String>> query(List<String> columns, String from) throws IOException, Refused {
        String view = from.split(" ")[0].toLowerCase(Locale.ROOT);
        if (state().equals(DOWN)) {
            throw new Refused(notAvailable(), "ORA-27101: shared memory realm does not exist");
        }
        String column = String.join(",", columns);
        if (view.equals("v$instance")) {
            return List.of(List.of(column.equals("version") ? "19.0.0.0.0" : state()));
        }
        if (view.equals("v$diag_info") && load("instance").containsKey("untraced")) {
            return List.of();
        }
        if (view.equals("v$diag_info")) {
            return List.of(List.of(alertLog().getParent().toString()));
        }
        if (view.equals("v$parameter")) {
            return List.of(List.of(load("config").getProperty("spfile")));
        }
        if (state().equals(STARTED)) {
            throw new Refused("ORA-01507: database not mounted");
        }
        return switch (view) {
            case "v$database" ->
                List.of(List.of(
                        switch (column) {
                            case "log_mode" ->
                                Boolean.parseBoolean(read(control().get(0)).getProperty("archivelog"))
                                        ? "ARCHIVELOG"
                                        : "NOARCHIVELOG";
                            case "open_mode" -> state().equals(OPEN) ? "READ WRITE" : "MOUNTED";
                            default -> version(control().get(0));
                        }));
            case "v$backup" ->
                active().stream().map(file -> List.of(file.toString())).toList();
            case "v$datafile" ->
                data().stream().map(file -> List.of(file.toString())).toList();
            case "v$controlfile" ->
                control().stream().map(file -> List.of(file.toString())).toList();
            case "v$logfile" -> List.of(List.of(redo().toString()));
            case "v$recovery_file_dest" -> List.of(List.of(load("config").getProperty("area")));
            case "v$recover_file" -> List.of(List.of("0"));
            case "v$log" -> List.of(List.of("42"));
            default -> throw new Refused("ORA-00942: table or view does not exist");
        };
    }

    // ---- files

    private static String notAvailable() {
        return "ORA-01034: ORACLE not available";
    }

    private void require(String state, String otherwise) throws IOException, Refused {
        if (!state().equals(state)) {
            throw new Refused(state().equals(DOWN) ? notAvailable() : otherwise);
        }
    }

    private Refused signalled(String typed, String... lines) throws IOException {
        alert("Errors in file " + alertLog().resolveSibling("orcl_ora_4242.trc") + ":");
        alert(lines);
        alert(lines[0].substring(0, lines[0].indexOf(':')) + " signalled during: " + typed + "...");
        return new Refused(lines);
    }

    private void bump() throws IOException {
        int next = Integer.parseInt(version(control().get(0))) + 1;
        for (Path control : control()) {
            Properties content = read(control);
            content.setProperty("version", Integer.toString(next));
            store(control, content);
        }
        Properties redo = read(redo());
        redo.setProperty("to", Integer.toString(next));
        store(redo(), redo);
    }

    private void checkpoint() throws IOException {
        bump();
        for (Path file : data()) {
            Properties header = read(file);
            if (header.getProperty("backup").equals("no")) {
                header.setProperty("checkpoint", version(control().get(0)));
                store(file, header);
            }
        }
    }

    private void alert(String... lines) throws IOException {
        StringBuilder text = new StringBuilder("Sat Nov 21 02:30:00 2026\n");
        for (String line : lines) {
            text.append(line).append('\n');
        }
        Files.writeString(alertLog(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void state(String next) throws IOException {
        Properties instance = load("instance");
        instance.setProperty("state", next);
        save("instance", instance);
    }

    List<Path> data() throws IOException {
        return paths("data.");
    }

    List<Path> control() throws IOException {
        return paths("control.");
    }

    private Path redo() throws IOException {
        return Path.of(load("config").getProperty("redo"));
    }

    private List<Path> paths(String prefix) throws IOException {
        Properties config = load("config");
        List<Path> paths = new ArrayList<>();
        for (int i = 0; config.containsKey(prefix + i); i++) {
            paths.add(Path.of(config.getProperty(prefix + i)));
        }
        return paths;
    }

    private void write(Path file, String... pairs) throws IOException {
        Properties content = new Properties();
        content.setProperty("kind", pairs[0]);
        for (int i = 1; i < pairs.length; i += 2) {
            content.setProperty(pairs[i], pairs[i + 1]);
        }
        Files.createDirectories(file.getParent());
        store(file, content);
    }

    private Properties load(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? read(file) : new Properties();
    }

    private void save(String name, Properties content) throws IOException {
        store(folder.resolve(name), content);
    }

    private static Properties read(Path file) throws IOException {
        Properties content = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            content.load(reader);
        }
        return content;
    }

    private static void store(Path file, Properties content) throws IOException {
        try (var writer = Files.newBufferedWriter(file)) {
            content.store(writer, null);
        }
    }
}
