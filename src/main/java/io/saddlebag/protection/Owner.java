package io.saddlebag.protection;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose a volume set or a backup file is: a user ({@code jane}), a user of a group ({@code [sales,jane]}), or all who hold a
 * name together ({@code secretaries}).
 *
 * @param group null when it was not said
 */
public record Owner(@Nullable String group, String member) {
    private static final String NAME = "[^\\[\\],\\s][^\\[\\],]{0,31}";
    private static final Pattern FORM =
            Pattern.compile("\\[\\s*(?<group>" + NAME + ")\\s*,\\s*(?<member>" + NAME + ")\\s*]|(?<name>" + NAME + ")");

    /** @throws IllegalArgumentException naming the text and the valid forms */
    public static Owner parse(String text) {
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not an owner; valid are a user or group of 1 to 32 characters as in jane, or a group and its"
                    + " member as in [sales,jane]");
        }
        return m.group("name") == null
                ? new Owner(m.group("group").strip(), m.group("member").strip())
                : new Owner(null, m.group("name").strip());
    }

    /** The most restricted circle that somebody is in. */
    public UserClass classOf(Requester requester) {
        boolean inGroup = group == null || requester.groups().contains(group);
        if (requester.privileged()) {
            return UserClass.SYSTEM;
        }
        if (inGroup && (requester.user().equals(member) || requester.groups().contains(member))) {
            return UserClass.OWNER;
        }
        return group != null && inGroup ? UserClass.GROUP : UserClass.WORLD;
    }

    @Override
    public String toString() {
        return group == null ? member : "[" + group + "," + member + "]";
    }
}
