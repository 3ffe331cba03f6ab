package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A way to a device (M18).
 *
 * @param kind of the way
 * @param address {@code /dev/sg3}, {@code /dev/nst0}, {@code iscsi://host:port/iqn/lun}, {@code \\.\Tape0}
 * @param host that has this way; null for any
 * @param chap whom an iSCSI target asks for; null when for nobody
 */
public record AttachmentConfig(
        Kind kind,
        String address,
        @Nullable String host,
        @Nullable ChapConfig chap) {
    /** The last part is the logical unit's number. */
    private static final Pattern ISCSI = Pattern.compile("iscsi://[A-Za-z0-9.:\\[\\]-]+/[A-Za-z0-9.:-]+/\\d{1,5}");

    private static final Pattern WINDOWS = Pattern.compile("\\\\\\\\\\.\\\\(Tape|Changer)\\d{1,5}");

    private static final Pattern REWINDING = Pattern.compile("/dev/st\\d+[alm]?");

    /** What speaks to the device. */
    public enum Kind {
        /** Linux SCSI generic. */
        SG,
        /** Linux's tape driver; for drives only. */
        ST,
        /** iSCSI in user space. */
        ISCSI,
        /** SCSI pass-through of Windows. */
        WINDOWS
    }

    /** Exactly one of the first four is given. */
    public AttachmentConfig(
            @JsonProperty("sg") @Nullable String sg,
            @JsonProperty("st") @Nullable String st,
            @JsonProperty("iscsi") @Nullable String iscsi,
            @JsonProperty("windows") @Nullable String windows,
            @JsonProperty("host") @Nullable String host,
            @JsonProperty("chap") @Nullable ChapConfig chap) {
        this(kind(sg, st, iscsi, windows), address(sg, st, iscsi, windows), host, chap);
    }

    public AttachmentConfig {
        if (kind == Kind.ISCSI && !ISCSI.matcher(address).matches()) {
            throw new IllegalArgumentException("'" + address + "' is no iSCSI address; valid is"
                    + " iscsi://host:port/target/lun, e.g. iscsi://10.0.0.5:3260/iqn.2026-01.example:vtl/1");
        }
        if (kind != Kind.ISCSI && chap != null) {
            throw new IllegalArgumentException("option 'chap' is for iscsi; " + address + " asks for nobody");
        }
        if (kind == Kind.WINDOWS && !WINDOWS.matcher(address).matches()) {
            throw new IllegalArgumentException(
                    "'" + address + "' is no device of Windows; valid is '\\\\.\\Tape0' or '\\\\.\\Changer0'");
        }
        if ((kind == Kind.SG || kind == Kind.ST) && !address.startsWith("/")) {
            throw new IllegalArgumentException("'" + address + "' is no device; valid is an absolute path, e.g. "
                    + (kind == Kind.SG ? "/dev/sg3" : "/dev/nst0"));
        }
        if (kind == Kind.ST && REWINDING.matcher(address).matches()) {
            throw new IllegalArgumentException("'" + address + "' rewinds whenever it is closed; valid is /dev/n"
                    + address.substring("/dev/".length()));
        }
    }

    private static Kind kind(
            @Nullable String sg, @Nullable String st, @Nullable String iscsi, @Nullable String windows) {
        List<Kind> given = new ArrayList<>();
        if (sg != null) {
            given.add(Kind.SG);
        }
        if (st != null) {
            given.add(Kind.ST);
        }
        if (iscsi != null) {
            given.add(Kind.ISCSI);
        }
        if (windows != null) {
            given.add(Kind.WINDOWS);
        }
        if (given.size() != 1) {
            throw new IllegalArgumentException("an attachment has exactly one of sg, st, iscsi and windows");
        }
        return given.get(0);
    }

    private static String address(
            @Nullable String sg, @Nullable String st, @Nullable String iscsi, @Nullable String windows) {
        String address = sg != null ? sg : st != null ? st : iscsi != null ? iscsi : windows;
        return LibraryConfig.required("sg, st, iscsi or windows", address);
    }

    @Override
    public String toString() {
        return address;
    }
}
