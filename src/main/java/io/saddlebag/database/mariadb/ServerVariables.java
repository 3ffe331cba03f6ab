package io.saddlebag.database.mariadb;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a server has its files, by its own variables: those of a running one, or those that a stopped one would have, by
 * {@code mariadbd --verbose --help}.
 */
final class ServerVariables {
    private static final String NONE = "(No default value)";
    /** Of which a backup would lack files if it knew a wrong place. */
    private static final List<String> PLACES = List.of(
            "datadir",
            "innodb_data_home_dir",
            "innodb_undo_directory",
            "innodb_log_group_home_dir",
            "aria_log_dir_path");

    private final Path data;
    private final Map<String, String> values;

    private ServerVariables(Path data, Map<String, String> values) {
        this.data = data;
        this.values = values;
    }

    /** @param lines of the table of variables; others are passed over */
    static ServerVariables ofHelp(Path data, List<String> lines) {
        Map<String, String> values = new TreeMap<>();
        int begin = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("-----") && lines.get(i).indexOf(' ') > 0) {
                begin = i + 1;
            }
        }
        for (String line : lines.subList(begin, lines.size())) {
            int space = line.indexOf(' ');
            if (space > 0) {
                String value = line.substring(space).strip();
                values.put(
                        line.substring(0, space).replace('-', '_').toLowerCase(Locale.ROOT),
                        value.equals(NONE) ? "" : value);
            }
        }
        return new ServerVariables(data, values);
    }

    static ServerVariables ofServer(Path data, Connection connection) throws SQLException {
        Map<String, String> values = new TreeMap<>();
        for (List<String> row : Queries.rows(connection, "show global variables")) {
            values.put(row.get(0).toLowerCase(Locale.ROOT), row.get(1));
        }
        // elsewhere it is whether there is one
        values.put("log_bin", values.getOrDefault("log_bin_basename", ""));
        values.put("relay_log", values.getOrDefault("relay_log_basename", ""));
        return new ServerVariables(data, values);
    }

    String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** Empty ones and relative ones are in the data directory. */
    Path place(String name) {
        return data.resolve(value(name)).normalize();
    }

    /** The folders of what the server writes that are, or may be, outside of the data directory; by what they are. */
    Map<String, Path> folders() {
        Map<String, Path> folders = new LinkedHashMap<>();
        folders.put("InnoDB's data", place("innodb_data_home_dir"));
        folders.put("undo", place("innodb_undo_directory"));
        folders.put("redo log", place("innodb_log_group_home_dir"));
        folders.put("Aria's log", place("aria_log_dir_path"));
        folders.put("binary log", folderOf("log_bin"));
        folders.put("relay log", folderOf("relay_log"));
        return folders;
    }

    private Path folderOf(String baseName) {
        Path folder = data.resolve(value(baseName)).normalize().getParent();
        return value(baseName).isEmpty() || folder == null ? data : folder;
    }

    /** Files of InnoDB's system tablespace, e.g. {@code ibdata1:12M:autoextend;/fast/ibdata2:1G}. */
    List<Path> systemFiles() {
        Path home = place("innodb_data_home_dir");
        return Arrays.stream(value("innodb_data_file_path").split(";"))
                .filter(each -> !each.isBlank())
                .map(each -> home.resolve(each.strip().split(":", 2)[0]).normalize())
                .toList();
    }

    /** In words, where another source of the same server's variables says something else; empty when nowhere. */
    List<String> differences(ServerVariables other) {
        List<String> found = new ArrayList<>();
        for (String name : PLACES) {
            if (!place(name).equals(other.place(name))) {
                found.add(name + " is " + place(name) + ", and not " + other.place(name));
            }
        }
        if (!systemFiles().equals(other.systemFiles())) {
            found.add("innodb_data_file_path is " + value("innodb_data_file_path") + ", and not "
                    + other.value("innodb_data_file_path"));
        }
        if (value("log_bin").isEmpty() != other.value("log_bin").isEmpty()
                || !folderOf("log_bin").equals(other.folderOf("log_bin"))) {
            found.add("log_bin is '" + value("log_bin") + "', and not '" + other.value("log_bin") + "'");
        }
        return found;
    }
}
