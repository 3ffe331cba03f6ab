package io.saddlebag.host;

/**
 * Whose a file is.
 *
 * @param user name, or the number in digits where the machine knows no name
 * @param group likewise
 */
public record FileOwner(int uid, int gid, String user, String group) {}
