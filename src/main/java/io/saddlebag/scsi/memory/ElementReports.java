package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ElementRange;
import io.saddlebag.scsi.ElementType;
import io.saddlebag.scsi.memory.ChangerPlan.Habit;
import io.saddlebag.scsi.memory.Racks.Content;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds the bytes of status reports and mode pages. */
final class ElementReports {
    private static final int LOST_TAIL = 8;

    private final ChangerPlan plan;
    private final Set<Habit> habits;
    private final Map<String, @Nullable String> misread = new HashMap<>();

    ElementReports(ChangerPlan plan, Set<Habit> habits) {
        this.plan = plan;
        this.habits = habits;
    }

    /** From now on the scanner reads this barcode as another; null as none. */
    void misread(String medium, @Nullable String read) {
        misread.put(medium, read);
    }

    /** Which fields a report has. */
    record Fields(boolean tags, boolean devices) {}

    byte[] status(ElementType type, ElementRange wanted, Map<Integer, Content> known, Fields fields) {
        ElementRange all = plan.addresses().of(type);
        int length = descriptorBytes(type, fields);
        ByteArrayOutputStream descriptors = new ByteArrayOutputStream();
        int count = 0;
        int first = 0;
        for (int address = all.first(); address < all.first() + all.count(); address++) {
            boolean asked = habits.contains(Habit.IGNORES_RANGES)
                    || (address >= wanted.first() && address < wanted.first() + wanted.count());
            if (asked) {
                first = count == 0 ? address : first;
                count++;
                descriptors.writeBytes(descriptor(type, address, known.get(address), fields, length));
            }
        }
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        be(report, first, 2);
        be(report, count, 2);
        be(report, 0, 1);
        be(report, count == 0 ? 0 : descriptors.size() + 8, 3);
        if (count > 0) {
            be(report, type.code(), 1);
            be(report, fields.tags() ? 0x80 : 0, 1);
            be(report, length, 2);
            be(report, 0, 1);
            be(report, descriptors.size(), 3);
            report.writeBytes(descriptors.toByteArray());
        }
        byte[] bytes = report.toByteArray();
        return habits.contains(Habit.CUTS_REPORTS) && count > 0
                ? Arrays.copyOf(bytes, bytes.length - LOST_TAIL)
                : bytes;
    }

    byte[] addressPage() {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        be(page, 0x1d, 1);
        be(page, 0x12, 1);
        for (ElementType type : ElementType.values()) {
            be(page, plan.addresses().of(type).first(), 2);
            be(page, plan.addresses().of(type).count(), 2);
        }
        be(page, 0, 2);
        return page.toByteArray();
    }

    private int descriptorBytes(ElementType type, Fields fields) {
        int device = fields.devices() && type == ElementType.DATA_TRANSFER ? 4 + 34 : 4;
        return 12 + (fields.tags() ? 36 : 0) + device + (habits.contains(Habit.LONG_DESCRIPTORS) ? 5 : 0);
    }

    private byte[] descriptor(ElementType type, int address, @Nullable Content content, Fields fields, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean byHand = content != null && content.putByOperator() && type == ElementType.IMPORT_EXPORT;
        be(out, address, 2);
        be(out, (content == null ? 0 : 0x01) | (byHand ? 0x02 : 0) | 0x08, 1);
        be(out, 0, 6);
        Integer source = content == null ? null : content.source();
        be(out, source == null ? 0 : 0x80, 1);
        be(out, source == null ? 0 : source, 2);
        if (fields.tags()) {
            out.writeBytes(padded(content == null ? "" : read(content.medium()), 32));
            be(out, 0, 4);
        }
        if (fields.devices() && type == ElementType.DATA_TRANSFER && !habits.contains(Habit.SILENT_DEVICES)) {
            device(out, plan.drives.get(address - ChangerPlan.FIRST_DRIVE));
        }
        return Arrays.copyOf(out.toByteArray(), length);
    }

    private static void device(ByteArrayOutputStream out, ChangerPlan.SimulatedDrive drive) {
        String named = drive.named();
        if (named != null) {
            byte[] name = HexFormat.of().parseHex(named);
            be(out, 0x01030000 | name.length, 4);
            out.writeBytes(name);
            return;
        }
        be(out, 0x02010022, 4);
        out.writeBytes(padded("SADDLE  SIMULATED DRIVE ", 24));
        out.writeBytes(padded(drive.serial(), 10));
    }

    private String read(String medium) {
        if (misread.containsKey(medium)) {
            String read = misread.get(medium);
            return read == null ? "" : read;
        }
        return medium;
    }

    static byte[] padded(String text, int bytes) {
        return (text + " ".repeat(bytes)).substring(0, bytes).getBytes(StandardCharsets.ISO_8859_1);
    }

    static void be(ByteArrayOutputStream out, int value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write(i > 3 ? 0 : value >> (8 * i));
        }
    }
}
