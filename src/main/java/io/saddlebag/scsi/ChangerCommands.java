package io.saddlebag.scsi;

import io.saddlebag.scsi.ElementStatusRequest.Ask;
import io.saddlebag.scsi.ScsiCommand.Direction;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Commands of a media changer (SMC-3, 6). Addresses are 0 to 65,535. */
public final class ChangerCommands {
    /** Arms travel slowly, and some libraries pass a cartridge from cabinet to cabinet. */
    public static final Duration MOVE = Duration.ofMinutes(20);

    /** A large library looks at thousands of slots. */
    public static final Duration SCAN = Duration.ofHours(1);

    public static final Duration STATUS = Duration.ofMinutes(10);

    private static final int INITIALIZE_ELEMENT_STATUS = 0x07;
    private static final int OPEN_CLOSE_IMPORT_EXPORT = 0x1b;
    private static final int PREVENT_ALLOW = 0x1e;
    private static final int POSITION_TO_ELEMENT = 0x2b;
    private static final int INITIALIZE_ELEMENT_STATUS_RANGE = 0x37;
    private static final int MODE_SENSE_6 = 0x1a;
    private static final int MODE_SENSE_10 = 0x5a;
    private static final int MOVE_MEDIUM = 0xa5;
    private static final int READ_ELEMENT_STATUS = 0xb8;
    private static final int NO_BLOCK_DESCRIPTORS = 0x08;

    private ChangerCommands() {}

    public static ScsiCommand testUnitReady() {
        return plain("TEST UNIT READY", Cdb.of(0, 0, 0, 0, 0, 0), STATUS);
    }

    /** @param transport the robot's hand; 0 for the default one */
    public static ScsiCommand moveMedium(int transport, int source, int destination) {
        return plain(
                "MOVE MEDIUM",
                Cdb.of(
                        MOVE_MEDIUM,
                        0,
                        high(transport),
                        low(transport),
                        high(source),
                        low(source),
                        high(destination),
                        low(destination),
                        0,
                        0,
                        0,
                        0),
                MOVE);
    }

    /** Looks at every element. */
    public static ScsiCommand initializeElementStatus() {
        return plain("INITIALIZE ELEMENT STATUS", Cdb.of(INITIALIZE_ELEMENT_STATUS, 0, 0, 0, 0, 0), SCAN);
    }

    /** Looks at the elements of a range. */
    public static ScsiCommand initializeElementStatus(ElementRange range) {
        return plain(
                "INITIALIZE ELEMENT STATUS WITH RANGE",
                Cdb.of(
                        INITIALIZE_ELEMENT_STATUS_RANGE,
                        1,
                        high(range.first()),
                        low(range.first()),
                        0,
                        0,
                        high(range.count()),
                        low(range.count()),
                        0,
                        0),
                SCAN);
    }

    /** @param answer its remaining bytes are the allocation length, at most 16,777,215 */
    public static ScsiCommand readElementStatus(ElementStatusRequest request, ByteBuffer answer) {
        int room = answer.remaining();
        int options = (request.ask().contains(Ask.CURRENT_DATA) ? 0x02 : 0)
                | (request.ask().contains(Ask.DEVICES) ? 0x01 : 0);
        int tags = request.ask().contains(Ask.VOLUME_TAGS) ? 0x10 : 0;
        Cdb cdb = Cdb.of(
                READ_ELEMENT_STATUS,
                tags | request.type().code(),
                high(request.first()),
                low(request.first()),
                high(request.count()),
                low(request.count()),
                options,
                room >> 16,
                room >> 8 & 0xff,
                room & 0xff,
                0,
                0);
        return new ScsiCommand("READ ELEMENT STATUS", cdb, Direction.IN, answer, STATUS);
    }

    public static ScsiCommand positionToElement(int transport, int destination) {
        return plain(
                "POSITION TO ELEMENT",
                Cdb.of(
                        POSITION_TO_ELEMENT,
                        0,
                        high(transport),
                        low(transport),
                        high(destination),
                        low(destination),
                        0,
                        0,
                        0,
                        0),
                MOVE);
    }

    /** Unlocks the door and the mail slots, whoever locked them. */
    public static ScsiCommand allowRemoval() {
        return plain("ALLOW MEDIUM REMOVAL", Cdb.of(PREVENT_ALLOW, 0, 0, 0, 0, 0), STATUS);
    }

    /** Opens a mail slot's door, where there is a motor for it (SMC-3, 6.7). */
    public static ScsiCommand openImportExport(int address) {
        return plain(
                "OPEN IMPORT/EXPORT ELEMENT",
                Cdb.of(OPEN_CLOSE_IMPORT_EXPORT, 0, high(address), low(address), 0, 0),
                MOVE);
    }

    public static ScsiCommand closeImportExport(int address) {
        return plain(
                "CLOSE IMPORT/EXPORT ELEMENT",
                Cdb.of(OPEN_CLOSE_IMPORT_EXPORT, 0, high(address), low(address), 1, 0),
                MOVE);
    }

    /** @param answer its remaining bytes are the allocation length, at most 255 */
    public static ScsiCommand modeSense6(int page, ByteBuffer answer) {
        Cdb cdb = Cdb.of(MODE_SENSE_6, NO_BLOCK_DESCRIPTORS, page, 0, answer.remaining(), 0);
        return new ScsiCommand("MODE SENSE(6)", cdb, Direction.IN, answer, STATUS);
    }

    /** @param answer its remaining bytes are the allocation length, at most 65,535 */
    public static ScsiCommand modeSense10(int page, ByteBuffer answer) {
        int room = answer.remaining();
        Cdb cdb = Cdb.of(MODE_SENSE_10, NO_BLOCK_DESCRIPTORS, page, 0, 0, 0, 0, high(room), low(room), 0);
        return new ScsiCommand("MODE SENSE(10)", cdb, Direction.IN, answer, STATUS);
    }

    private static ScsiCommand plain(String name, Cdb cdb, Duration timeout) {
        return new ScsiCommand(name, cdb, Direction.NONE, null, timeout);
    }

    private static int high(int address) {
        if (address < 0 || address > 0xffff) {
            throw new IllegalArgumentException("an element address or a length is 0 to 65,535, not " + address);
        }
        return address >> 8;
    }

    private static int low(int address) {
        return address & 0xff;
    }
}
