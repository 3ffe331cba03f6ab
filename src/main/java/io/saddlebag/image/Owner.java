package io.saddlebag.image;

/**
 * Whose an object is. Numbers of any size; names may be empty.
 *
 * @param uid not negative
 * @param gid not negative
 */
public record Owner(long uid, long gid, String user, String group) {
    public static final Owner ROOT = new Owner(0, 0, "root", "root");

    public Owner {
        if (uid < 0 || gid < 0) {
            throw new IllegalArgumentException("owners have no negative numbers: " + uid + ":" + gid);
        }
        if (user.indexOf('\0') >= 0 || group.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the names of owners hold no NUL");
        }
    }
}
