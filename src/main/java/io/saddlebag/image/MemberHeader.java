package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes the headers of one member: an extended one when the ustar header can't hold all, and that one. */
final class MemberHeader {
    private static final char EXTENDED = 'x';
    private static final int EXTENDED_NAME_BYTES = 80;

    private final ImageMember member;
    private final ByteArrayOutputStream records = new ByteArrayOutputStream(0);

    private MemberHeader(ImageMember member) {
        this.member = member;
    }

    /** Whole blocks. */
    static byte[] of(ImageMember member) {
        return new MemberHeader(member).encode();
    }

    private byte[] encode() {
        MemberAttributes attributes = member.attributes();
        UstarHeader header = new UstarHeader(member.type().typeflag());
        Instant modified = attributes.times().modified();
        putNames(header);
        header.number(TarBlock.MODE, attributes.mode());
        putNumber(header, TarBlock.SIZE, "size", storedBytes());
        putNumber(header, TarBlock.UID, "uid", attributes.owner().uid());
        putNumber(header, TarBlock.GID, "gid", attributes.owner().gid());
        putOwnerName(header, TarBlock.UNAME, "uname", attributes.owner().user());
        putOwnerName(header, TarBlock.GNAME, "gname", attributes.owner().group());
        header.number(TarBlock.MTIME, modified.getEpochSecond());
        if (modified.getNano() != 0
                || modified.getEpochSecond() < 0
                || modified.getEpochSecond() > TarBlock.MTIME.maxOctal()) {
            putTime("mtime", modified);
        }
        putTime("atime", attributes.times().accessed());
        putTime("ctime", attributes.times().changed());
        DeviceNumber device = member.device();
        putNumber(header, TarBlock.DEVMAJOR, "SCHILY.devmajor", device == null ? 0 : device.major());
        putNumber(header, TarBlock.DEVMINOR, "SCHILY.devminor", device == null ? 0 : device.minor());
        attributes
                .xattrs()
                .forEach((name, value) -> PaxRecords.append(records, PaxRecords.xattrKeyword(name), value.shared()));
        if (!attributes.flags().isEmpty()) {
            PaxRecords.append(records, PaxRecords.FLAGS, String.join(",", attributes.flags()));
        }
        return withExtended(header.finish());
    }

    private long storedBytes() {
        SparseMap sparse = member.sparse();
        return sparse == null ? member.size() : sparse.encode(member.size()).length + sparse.dataBytes();
    }

    private void putNames(UstarHeader header) {
        byte[] path = storedPath();
        ByteString link = member.link();
        if (!member.path().isUtf8() || (link != null && !link.isUtf8())) {
            PaxRecords.append(records, "hdrcharset", "BINARY");
        }
        if (member.sparse() != null) {
            // who doesn't know the format extracts map and pieces under another name
            byte[] name = sparseName(path);
            header.path(name, member.path().isAscii());
            PaxRecords.append(records, "path", name);
            PaxRecords.append(records, PaxRecords.SPARSE + "major", "1");
            PaxRecords.append(records, PaxRecords.SPARSE + "minor", "0");
            PaxRecords.append(records, PaxRecords.SPARSE_NAME, path);
            PaxRecords.append(records, PaxRecords.SPARSE_SIZE, Long.toString(member.size()));
        } else if (!header.path(path, member.path().isAscii())) {
            PaxRecords.append(records, "path", path);
        }
        if (link != null) {
            header.text(TarBlock.LINKNAME, link.shared(), 0, link.length());
            if (!link.isAscii() || link.length() > TarBlock.LINKNAME.length) {
                PaxRecords.append(records, "linkpath", link.shared());
            }
        }
    }

    private static byte[] sparseName(byte[] path) {
        int slash = path.length - 1;
        while (slash >= 0 && path[slash] != '/') {
            slash--;
        }
        byte[] between = "GNUSparseFile.0/".getBytes(US_ASCII);
        byte[] name = Arrays.copyOf(path, path.length + between.length);
        System.arraycopy(between, 0, name, slash + 1, between.length);
        System.arraycopy(path, slash + 1, name, slash + 1 + between.length, path.length - slash - 1);
        return name;
    }

    private byte[] storedPath() {
        byte[] path = member.path().toBytes();
        if (member.type() != MemberType.DIRECTORY) {
            return path;
        }
        byte[] withSlash = Arrays.copyOf(path, path.length + 1);
        withSlash[path.length] = '/';
        return withSlash;
    }

    private void putNumber(UstarHeader header, TarBlock field, String keyword, long value) {
        header.number(field, value);
        if (value > field.maxOctal()) {
            PaxRecords.append(records, keyword, Long.toString(value));
        }
    }

    private void putOwnerName(UstarHeader header, TarBlock field, String keyword, String name) {
        byte[] bytes = name.getBytes(UTF_8);
        // the field is closed by NUL, so one byte less fits
        header.text(field, bytes, 0, Math.min(bytes.length, field.length - 1));
        if (bytes.length >= field.length || bytes.length != name.length()) {
            PaxRecords.append(records, keyword, bytes);
        }
    }

    private void putTime(String keyword, @Nullable Instant time) {
        if (time != null) {
            PaxRecords.append(records, keyword, PaxTime.format(time));
        }
    }

    private byte[] withExtended(byte[] header) {
        if (records.size() == 0) {
            return header;
        }
        int padding = TarBlock.padding(records.size());
        byte[] all = new byte[TarBlock.BYTES + records.size() + padding + TarBlock.BYTES];
        System.arraycopy(extendedHeader(), 0, all, 0, TarBlock.BYTES);
        System.arraycopy(records.toByteArray(), 0, all, TarBlock.BYTES, records.size());
        System.arraycopy(header, 0, all, all.length - TarBlock.BYTES, TarBlock.BYTES);
        return all;
    }

    private byte[] extendedHeader() {
        byte[] path = member.path().shared();
        byte[] folder = "PaxHeaders/".getBytes(US_ASCII);
        byte[] name = new byte[folder.length + Math.min(path.length, EXTENDED_NAME_BYTES)];
        System.arraycopy(folder, 0, name, 0, folder.length);
        System.arraycopy(path, 0, name, folder.length, name.length - folder.length);
        return new UstarHeader(EXTENDED)
                .text(TarBlock.NAME, name, 0, name.length)
                .number(TarBlock.MODE, 0644)
                .number(TarBlock.UID, 0)
                .number(TarBlock.GID, 0)
                .number(TarBlock.SIZE, records.size())
                .number(TarBlock.MTIME, 0)
                .number(TarBlock.DEVMAJOR, 0)
                .number(TarBlock.DEVMINOR, 0)
                .finish();
    }
}
