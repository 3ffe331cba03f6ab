package io.saddlebag.blockmap;

import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that NTFS keeps of itself, by the number of their record in the master file table. The table may stand in several
 * places, and a file's attributes in several records.
 */
final class NtfsFiles {
    static final int TABLE = 0;
    static final int LOG = 2;
    static final int VOLUME = 3;
    static final int BITMAP = 6;

    static final int ATTRIBUTE_LIST = 0x20;
    static final int VOLUME_INFORMATION = 0x70;
    static final int DATA = 0x80;
    private static final int END = -1;

    private static final int MAGIC = 0x454c4946;

    /** Fixups are for each 512 bytes, whatever a sector's size. */
    private static final int STRIDE = 512;

    private static final int MIN_ATTRIBUTE_BYTES = 24;
    private static final int MAX_LIST_BYTES = 256 << 10;
    private static final int MIN_LIST_ENTRY_BYTES = 26;
    private static final long RECORD_NUMBER = 0xffff_ffff_ffffL;

    private final Structures structures;
    private final NtfsBoot boot;
    private final NtfsRuns table;

    private NtfsFiles(Structures structures, NtfsBoot boot) {
        this.structures = structures;
        this.boot = boot;
        this.table = new NtfsRuns(structures, boot);
    }

    static NtfsFiles open(Structures structures, NtfsBoot boot) throws IOException {
        NtfsFiles files = new NtfsFiles(structures, boot);
        // record 0 can be read before it is known where the rest of the table is
        long first = (boot.recordBytes() + boot.clusterBytes() - 1L) / boot.clusterBytes();
        NtfsRuns begin = new NtfsRuns(structures, boot);
        begin.add(boot.tableCluster(), first, "the file table");
        byte[] record = files.fixed(TABLE, begin.read("the first file record", 0, boot.recordBytes()));
        files.collect(TABLE, record, files.table);
        return files;
    }

    /** The content of a file's unnamed data stream, which is not in its record. */
    NtfsRuns data(int file) throws IOException {
        NtfsRuns runs = new NtfsRuns(structures, boot);
        collect(file, record(file), runs);
        return runs;
    }

    /** The length of the file's unnamed data stream, bytes. */
    long dataBytes(int file) throws IOException {
        ByteBuffer data = first(file, DATA);
        structures.require(
                data.get(8) != 0 && data.limit() >= 64, "the content of file " + file + " is too short to be one");
        return data.getLong(48);
    }

    /** The value of an attribute that is in the file's own record. */
    ByteBuffer value(int file, int type) throws IOException {
        ByteBuffer attribute = first(file, type);
        int length = attribute.getInt(16);
        int at = Short.toUnsignedInt(attribute.getShort(20));
        structures.require(
                attribute.get(8) == 0 && length >= 0 && at <= attribute.limit() && length <= attribute.limit() - at,
                "an attribute of file " + file + " has no value");
        return attribute.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer first(int file, int type) throws IOException {
        List<ByteBuffer> found = attributes(file, record(file), type);
        if (found.isEmpty() && type == DATA) {
            for (long other : othersWithData(file, record(file))) {
                found.addAll(attributes(other, record(other), type));
            }
        }
        structures.require(!found.isEmpty(), "file " + file + " has no attribute 0x" + Integer.toHexString(type));
        return found.get(0);
    }

    /** Adds the rows of the file's data, those that stand in other records too. */
    private void collect(long file, byte[] record, NtfsRuns runs) throws IOException {
        String what = "file " + file;
        List<ByteBuffer> own = attributes(file, record, DATA);
        for (ByteBuffer attribute : own) {
            structures.require(attribute.get(8) != 0, what + " has its content in its record");
            runs.addAttribute(attribute, what);
        }
        for (long other : othersWithData(file, record)) {
            for (ByteBuffer attribute : attributes(other, record(other), DATA)) {
                structures.require(attribute.get(8) != 0, what + " has its content in its record");
                runs.addAttribute(attribute, what);
            }
        }
    }

    /** From the attribute list, when there is one: the records but the file's own that hold some of its data, in order. */
    private Set<Long> othersWithData(long file, byte[] record) throws IOException {
        List<ByteBuffer> lists = attributes(file, record, ATTRIBUTE_LIST);
        Set<Long> others = new LinkedHashSet<>();
        if (lists.isEmpty()) {
            return others;
        }
        ByteBuffer list = listOf(file, lists.get(0));
        int at = 0;
        while (at + MIN_LIST_ENTRY_BYTES <= list.limit()) {
            int length = Short.toUnsignedInt(list.getShort(at + 4));
            structures.require(
                    length >= MIN_LIST_ENTRY_BYTES && length <= list.limit() - at,
                    "the attribute list of file " + file + " has an entry of " + length + " bytes");
            long other = list.getLong(at + 16) & RECORD_NUMBER;
            if (list.getInt(at) == DATA && list.get(at + 6) == 0 && other != file) {
                others.add(other);
            }
            at += length;
        }
        return others;
    }

    private ByteBuffer listOf(long file, ByteBuffer attribute) throws IOException {
        String what = "the attribute list of file " + file;
        if (attribute.get(8) == 0) {
            int length = attribute.getInt(16);
            int at = Short.toUnsignedInt(attribute.getShort(20));
            structures.require(
                    length >= 0 && at <= attribute.limit() && length <= attribute.limit() - at, what + " is cut off");
            return attribute.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
        }
        NtfsRuns runs = new NtfsRuns(structures, boot);
        runs.addAttribute(attribute, what);
        long length = attribute.getLong(48);
        structures.require(length >= 0 && length <= MAX_LIST_BYTES, what + " says it has " + length + " bytes");
        return ByteBuffer.wrap(runs.read(what, 0, (int) length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] record(long number) throws IOException {
        return fixed(number, table.read("file record " + number, number * boot.recordBytes(), boot.recordBytes()));
    }

    /** With the last two bytes of each 512 put back that stand at its beginning, so that a torn write shows. */
    private byte[] fixed(long number, byte[] record) throws IOException {
        String what = "file record " + number;
        ByteBuffer bytes = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        int at = Short.toUnsignedInt(bytes.getShort(4));
        int count = Short.toUnsignedInt(bytes.getShort(6));
        structures.require(
                bytes.getInt(0) == MAGIC
                        && count == record.length / STRIDE + 1
                        && at + count * Short.BYTES <= STRIDE - Short.BYTES,
                what + " is none");
        for (int i = 1; i < count; i++) {
            int end = i * STRIDE - Short.BYTES;
            structures.require(bytes.getShort(end) == bytes.getShort(at), what + " was written in part only");
            bytes.putShort(end, bytes.getShort(at + i * Short.BYTES));
        }
        return record;
    }

    /** Those of a type without a name. */
    private List<ByteBuffer> attributes(long number, byte[] record, int type) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        List<ByteBuffer> found = new ArrayList<>();
        int at = Short.toUnsignedInt(bytes.getShort(20));
        while (at + Long.BYTES <= record.length && bytes.getInt(at) != END) {
            int length = bytes.getInt(at + 4);
            structures.require(
                    length >= MIN_ATTRIBUTE_BYTES && length <= record.length - at,
                    "file record " + number + " has an attribute of " + length + " bytes");
            if (bytes.getInt(at) == type && bytes.get(at + 9) == 0) {
                found.add(bytes.slice(at, length).order(ByteOrder.LITTLE_ENDIAN));
            }
            at += length;
        }
        return found;
    }
}
