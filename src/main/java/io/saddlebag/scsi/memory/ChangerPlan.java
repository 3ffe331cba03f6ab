package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ElementAddresses;
import io.saddlebag.scsi.ElementRange;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a simulated changer is like. Elements are in an order and on addresses that nobody would guess. */
public final class ChangerPlan {
    static final int TRANSPORT = 9;
    static final int FIRST_SLOT = 1000;
    static final int FIRST_MAIL_SLOT = 16;
    static final int FIRST_DRIVE = 500;

    /** What real changers do differently. */
    public enum Habit {
        /** Refuses volume tags. */
        NO_TAGS,
        /** Refuses device identification. */
        NO_DEVICES,
        /** Tells no device identification, although it isn't refused. */
        SILENT_DEVICES,
        /** The last 8 bytes of each report are missing. */
        CUTS_REPORTS,
        /** Answers for all elements of a type, whatever range was asked for. */
        IGNORES_RANGES,
        /** Appends fields of its own to each descriptor. */
        LONG_DESCRIPTORS,
        /** The robot takes a cartridge out of a drive that has not released it. */
        PULLS,
        /** There is no PREVENT ALLOW, no OPEN/CLOSE IMPORT/EXPORT ELEMENT, no range to be initialized. */
        PLAIN,
        /** Bad addresses are an invalid field in the command (24/00), not an invalid element address (21/01). */
        INVALID_FIELDS,
        /** What a drive doesn't release is out of reach (3B/11), and not prevented from removal (53/02). */
        SAYS_OUT_OF_REACH
    }

    /**
     * A drive.
     *
     * @param named its NAA name in hexadecimal digits, where the changer tells that instead of the serial number
     * @param bay where media go
     */
    public record SimulatedDrive(String serial, @Nullable String named, Bay bay) {}

    int slots = 3;
    int mailSlots = 1;
    final List<SimulatedDrive> drives = new ArrayList<>();
    final List<String> media = new ArrayList<>();
    final Set<Habit> habits = EnumSet.noneOf(Habit.class);
    String serial = "LIB0001";
    long seed;

    public static ChangerPlan ofSlots(int slots, int mailSlots) {
        ChangerPlan plan = new ChangerPlan();
        plan.slots = slots;
        plan.mailSlots = mailSlots;
        return plan;
    }

    public ChangerPlan drive(String driveSerial, Bay bay) {
        drives.add(new SimulatedDrive(driveSerial, null, bay));
        return this;
    }

    /** A drive that the changer tells by its NAA name (SPC-4, 7.8.6.6), in hexadecimal digits, and not by its serial number. */
    public ChangerPlan namedDrive(String driveSerial, String name, Bay bay) {
        drives.add(new SimulatedDrive(driveSerial, name, bay));
        return this;
    }

    /** Media by their barcodes, from the first slot on. */
    public ChangerPlan media(String... barcodes) {
        media.addAll(List.of(barcodes));
        return this;
    }

    public ChangerPlan habits(Habit... more) {
        habits.addAll(List.of(more));
        return this;
    }

    public ChangerPlan seed(long chance) {
        seed = chance;
        return this;
    }

    public SimulatedChanger build() {
        return new SimulatedChanger(this);
    }

    ElementAddresses addresses() {
        return new ElementAddresses(
                new ElementRange(TRANSPORT, 1),
                new ElementRange(FIRST_SLOT, slots),
                new ElementRange(FIRST_MAIL_SLOT, mailSlots),
                new ElementRange(FIRST_DRIVE, drives.size()));
    }
}
