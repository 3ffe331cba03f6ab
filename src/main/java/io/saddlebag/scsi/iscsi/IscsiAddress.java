package io.saddlebag.scsi.iscsi;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a logical unit is: {@code iscsi://host[:port]/target/lun}, an IPv6 address in brackets. It carries no secret, so
 * that it may stand in configuration, arguments and messages (M18).
 *
 * @param host a name or an address, IPv6 without its brackets
 * @param port 1 to 65535
 * @param target the target's name, e.g. {@code iqn.2026-01.example:vtl}; 1 to 223 bytes (RFC 7143, 4.2.7.1)
 * @param lun 0 to 16383: flat and peripheral addressing
 */
public record IscsiAddress(String host, int port, String target, int lun) {
    private static final int LONGEST_TARGET = 223;
    private static final int HIGHEST_LUN = 0x3fff;
    private static final Pattern FORM = Pattern.compile(
            "iscsi://(?<host>\\[[^\\]/]+\\]|[^:/\\[\\]]+)(:(?<port>[0-9]{1,5}))?/(?<target>[^/]+)/(?<lun>[0-9]{1,5})");
    private static final Pattern TARGET = Pattern.compile("(iqn|eui|naa)\\.[A-Za-z0-9.:_-]+");

    public IscsiAddress {
        IscsiPortal.check(host, port);
        if (target.length() > LONGEST_TARGET || !TARGET.matcher(target).matches()) {
            throw new IllegalArgumentException(
                    "'" + target + "' is no target name: iqn., eui. or naa. and at most 223 letters, digits and .:-_");
        }
        if (lun < 0 || lun > HIGHEST_LUN) {
            throw new IllegalArgumentException("logical unit " + lun + " is not within 0 to " + HIGHEST_LUN);
        }
    }

    /** @throws IllegalArgumentException saying what is wrong; it never repeats what may be a secret */
    public static IscsiAddress parse(String text) {
        if (text.contains("@")) {
            throw new IllegalArgumentException(
                    "an iSCSI address has no user and no secret in it: they are configured apart");
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not iscsi://host[:port]/target/lun");
        }
        String host = form.group("host");
        String port = form.group("port");
        return new IscsiAddress(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port == null ? IscsiPortal.DEFAULT_PORT : Integer.parseInt(port),
                form.group("target"),
                Integer.parseInt(form.group("lun")));
    }

    /** Where its target is reached. */
    public IscsiPortal portal() {
        return new IscsiPortal(host, port);
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return "iscsi://" + portal() + "/" + target + "/" + lun;
    }
}
