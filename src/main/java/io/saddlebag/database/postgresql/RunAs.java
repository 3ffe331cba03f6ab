package io.saddlebag.database.postgresql;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The operating-system user that owns the server. PostgreSQL refuses to run as root, so a root node gives up its rights
 * for each of the server's programs through {@code setpriv} (util-linux).
 *
 * @param user name or number
 * @param group name or number
 */
public record RunAs(String user, String group) {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}\\$?");

    public RunAs {
        if (!valid(user) || !valid(group)) {
            throw new IllegalArgumentException("not a user and group: " + user + ":" + group);
        }
    }

    static boolean valid(String account) {
        return VALID.matcher(account).matches();
    }

    List<String> prefix() {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups", "--");
    }

    @Override
    public String toString() {
        return user + ":" + group;
    }
}
