package io.saddlebag.scsi.iscsi;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where targets are found: a host's address and port.
 *
 * @param host a name or an address, IPv6 without its brackets
 * @param port 1 to 65535
 */
public record IscsiPortal(String host, int port) {
    public static final int DEFAULT_PORT = 3260;

    private static final int LONGEST_HOST = 200;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");
    /** An IPv6 address without brackets has no port behind it. */
    private static final Pattern FORM = Pattern.compile(
            "(iscsi://)?(?<host>\\[[^\\]/]+\\]|[^:/\\[\\]]+|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)(?<port>:[0-9]{1,5})?/?");

    public IscsiPortal {
        check(host, port);
    }

    static void check(String host, int port) {
        if (host.length() > LONGEST_HOST || !HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("'" + host + "' is no host name or address");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not within 1 to 65535");
        }
    }

    /**
     * Reads {@code host}, {@code host:port} and the same behind {@code iscsi://}; an IPv6 address with a port stands in
     * brackets.
     *
     * @throws IllegalArgumentException saying what is wrong; it never repeats what may be a secret
     */
    public static IscsiPortal parse(String text) {
        if (text.contains("@")) {
            throw new IllegalArgumentException("a portal has no user and no secret in it: they are given apart");
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not host:port, e.g. 10.0.0.5:3260");
        }
        String host = form.group("host");
        String port = form.group("port");
        return new IscsiPortal(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port == null ? DEFAULT_PORT : Integer.parseInt(port.substring(1)));
    }

    /** As libiscsi and people write it. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
