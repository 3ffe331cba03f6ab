package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes a member of its header and the records that supersede parts of it. */
final class MemberDecoder {
    private static final int PERMISSIONS = 07777;

    private final HeaderBlock header;
    private final long at;
    private final Map<String, byte[]> records;

    /** @param at offset of the header in the tar stream, for messages */
    MemberDecoder(HeaderBlock header, long at, Map<String, byte[]> records) {
        this.header = header;
        this.at = at;
        this.records = records;
    }

    /** @param in stands behind the header; of a sparse file the map is taken from it */
    ImageMember decode(Content content, TarInput in) throws IOException {
        boolean sparse = isSparse();
        ByteString raw = name();
        MemberType type = typeOf(raw);
        ByteString path = checked(MemberName.relative(raw), MemberName::faultOf);
        ByteString link = type.isLink() ? link(type) : null;
        DeviceNumber device = type.isDevice() ? device() : null;
        long stored = notNegative("size", TarBlock.SIZE);
        long size = sparse ? sparseSize() : stored;
        if (sparse && type != MemberType.FILE) {
            throw unsupported("a sparse " + type);
        }
        if (size > 0 && type != MemberType.FILE) {
            throw unsupported("a " + type + " with content");
        }
        MemberAttributes attributes;
        try {
            attributes = attributes();
        } catch (IllegalArgumentException e) {
            throw header.malformed("makes no member: " + e.getMessage());
        }
        SparseMap map = sparse ? new SparseMapReader(in, header, stored).read(size) : null;
        try {
            return new ImageMember(
                    path, type, attributes, size, link, device, map, type == MemberType.FILE ? content : Content.NONE);
        } catch (IllegalArgumentException e) {
            // what the checks above leave: too many extended attributes
            throw header.malformed("makes no member: " + e.getMessage());
        }
    }

    /** As it was written, whatever it leads to. */
    ByteString name() throws ImageException {
        if (isSparse()) {
            return ByteString.copyOf(bytes(PaxRecords.SPARSE_NAME));
        }
        return record("path") == null ? header.path() : ByteString.copyOf(bytes("path"));
    }

    private boolean isSparse() throws ImageException {
        boolean sparse = records.keySet().stream().anyMatch(keyword -> keyword.startsWith(PaxRecords.SPARSE));
        if (sparse
                && !("1".equals(record(PaxRecords.SPARSE + "major"))
                        && "0".equals(record(PaxRecords.SPARSE + "minor"))
                        && record(PaxRecords.SPARSE_NAME) != null)) {
            throw unsupported("a sparse file of another format than GNU tar's 1.0");
        }
        return sparse;
    }

    private long sparseSize() throws ImageException {
        String size = record(PaxRecords.SPARSE_SIZE);
        if (size == null || !size.matches("\\d{1,18}")) {
            throw header.malformed("is of a sparse file without a length");
        }
        return Long.parseLong(size);
    }

    private Set<String> flags() {
        String flags = record(PaxRecords.FLAGS);
        return flags == null ? Set.of() : Set.of(flags.split(","));
    }

    private MemberType typeOf(ByteString rawPath) throws ImageException {
        char flag = header.typeflag();
        boolean slash = rawPath.length() > 0 && rawPath.at(rawPath.length() - 1) == '/';
        return switch (flag) {
            case '0', '7', '\0' -> slash ? MemberType.DIRECTORY : MemberType.FILE;
            case '1' -> MemberType.HARD_LINK;
            case '2' -> MemberType.SYMBOLIC_LINK;
            case '3' -> MemberType.CHARACTER_DEVICE;
            case '4' -> MemberType.BLOCK_DEVICE;
            case '5' -> MemberType.DIRECTORY;
            case '6' -> MemberType.FIFO;
            case 'S' -> throw unsupported("a sparse file of GNU tar's old format");
            case 'M' -> throw unsupported("the continuation of a file from another volume");
            case 'D' -> throw unsupported("a directory dump of GNU tar's incremental format");
            case 'V' -> throw unsupported("a volume name of GNU tar");
            default -> throw unsupported("a member of type 0x" + Integer.toHexString(flag));
        };
    }

    private MemberAttributes attributes() throws ImageException {
        Map<String, ByteString> xattrs = new TreeMap<>();
        for (var record : records.entrySet()) {
            if (record.getKey().startsWith(PaxRecords.XATTR)) {
                xattrs.put(PaxRecords.xattrName(record.getKey()), ByteString.copyOf(record.getValue()));
            }
        }
        Owner owner = new Owner(
                notNegative("uid", TarBlock.UID),
                notNegative("gid", TarBlock.GID),
                ownerName("uname", TarBlock.UNAME),
                ownerName("gname", TarBlock.GNAME));
        MemberTimes times = new MemberTimes(modified(), time("atime"), time("ctime"));
        int mode = (int) (header.number(TarBlock.MODE) & PERMISSIONS);
        return new MemberAttributes(mode, owner, times, xattrs, flags());
    }

    private Instant modified() throws ImageException {
        Instant exact = time("mtime");
        if (exact != null) {
            return exact;
        }
        try {
            return Instant.ofEpochSecond(header.number(TarBlock.MTIME));
        } catch (DateTimeException e) {
            throw header.malformed("has a modification time that no calendar knows");
        }
    }

    private @Nullable Instant time(String keyword) throws ImageException {
        String text = record(keyword);
        if (text == null) {
            return null;
        }
        Instant time = PaxTime.parse(text);
        if (time == null) {
            throw header.malformed("has a record " + keyword + " that is no time");
        }
        return time;
    }

    private ByteString link(MemberType type) throws ImageException {
        ByteString raw =
                record("linkpath") == null ? header.text(TarBlock.LINKNAME) : ByteString.copyOf(bytes("linkpath"));
        ByteString link = type == MemberType.HARD_LINK ? MemberName.relative(raw) : raw;
        return checked(link, name -> MemberName.faultOfLink(type, name));
    }

    private DeviceNumber device() throws ImageException {
        return new DeviceNumber(
                notNegative("SCHILY.devmajor", TarBlock.DEVMAJOR), notNegative("SCHILY.devminor", TarBlock.DEVMINOR));
    }

    private String ownerName(String keyword, TarBlock field) throws ImageException {
        String name = record(keyword);
        if (name == null) {
            name = header.text(field).toString();
        }
        if (name.indexOf('\0') >= 0) {
            throw header.malformed("has a record " + keyword + " with NUL");
        }
        return name;
    }

    private long notNegative(String keyword, TarBlock field) throws ImageException {
        String text = record(keyword);
        long value;
        try {
            value = text == null ? header.number(field) : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw header.malformed("has a record " + keyword + " that is no number");
        }
        if (value < 0) {
            throw header.malformed("has a negative " + keyword);
        }
        return value;
    }

    /** An empty value takes back what a global header said. */
    private @Nullable String record(String keyword) {
        byte[] value = records.get(keyword);
        return value == null || value.length == 0 ? null : new String(value, UTF_8);
    }

    private byte[] bytes(String keyword) {
        byte[] value = records.get(keyword);
        return value == null ? new byte[0] : value;
    }

    private interface NameCheck {
        @Nullable
        String faultOf(ByteString name);
    }

    private ByteString checked(ByteString name, NameCheck check) throws ImageException {
        String fault = check.faultOf(name);
        if (fault != null) {
            throw new ImageException(
                    ImageFault.BAD_NAME,
                    "the member at byte " + at + " of the tar stream has the name '" + shown(name) + "', which "
                            + fault,
                    "Extract it with tar into an empty folder, and look what it is.");
        }
        return name;
    }

    private static String shown(ByteString name) {
        String text = name.toString().replaceAll("\\p{Cntrl}", "?");
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }

    private ImageException unsupported(String what) {
        return new ImageException(
                ImageFault.UNSUPPORTED_MEMBER,
                "the member at byte " + at + " of the tar stream is " + what,
                "Extract it with the tar that wrote it.");
    }
}
