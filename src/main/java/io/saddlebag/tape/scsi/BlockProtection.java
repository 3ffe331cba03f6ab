package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.BlockProtectionOffer;
import io.saddlebag.scsi.BlockProtectionPage;
import io.saddlebag.scsi.ProtectionInformation;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.TapeMode;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Logical block protection (M7): whether each block travels with a sum behind it, as the drive itself says. Whatever it was set
 * to before, by a process that died or by other software, it is set to what is wanted here, and read back: a drive that
 * counts on sums where none are sent, or the other way round, would write or give wrong blocks.
 */
final class BlockProtection {
    private final String drive;
    private final Conversation conversation;
    private final DriveOptions.Protection wanted;
    /** By its make, of drives that don't tell what they offer; empty when that says nothing. */
    private final Optional<Boolean> likely;

    private final ProtectionInformation sums = new ProtectionInformation();
    private boolean asked;
    private BlockProtectionOffer.@Nullable Method offer;
    private boolean refused;
    private boolean absent;
    private boolean on;
    private boolean leftOut;
    /** It was on since the tape was mounted: blocks count on it. */
    private boolean promised;

    private String why = "the drive has not been asked yet";

    /** @param likely whether a drive of this make has CRC-32C; empty when nobody knows */
    BlockProtection(String drive, Conversation conversation, DriveOptions.Protection wanted, Optional<Boolean> likely) {
        this.drive = drive;
        this.conversation = conversation;
        this.wanted = wanted;
        this.likely = likely;
    }

    /** Bytes behind each block that is sent either way; 0 without protection. */
    int bytes() {
        return on ? ProtectionInformation.BYTES : 0;
    }

    ProtectionInformation sums() {
        return sums;
    }

    /** {@code on, CRC-32C}, or {@code off: } and why. */
    String state() {
        return on ? "on, CRC-32C" : "off: " + why;
    }

    boolean isRequired() {
        return wanted == DriveOptions.Protection.REQUIRED;
    }

    /** Another cartridge, or the same one for another user: what was left out is tried again. */
    void begin() {
        leftOut = false;
        promised = false;
    }

    /**
     * Sets the drive to what is wanted, and looks whether it is so.
     *
     * @param says hears how blocks travel, of a drive that offers protection
     * @throws TapeException {@link TapeFault#UNPROTECTED} when protection is required, or was on, and isn't to be had;
     *     {@link TapeFault#DRIVE_ERROR} when it can't be switched off
     */
    void apply(Consumer<String> says) throws IOException {
        boolean wish = wanted != DriveOptions.Protection.OFF && !leftOut;
        byte[] page = page();
        boolean mayHave = wish && page != null && isOffered();
        on = false;
        if (mayHave && page != null) {
            on = set(page, BlockProtectionPage.crc32c(offer != null && offer.onRecover()));
            page = on ? page : page();
        }
        if (!on && page != null) {
            requireOff(page);
        }
        promised = promised || on;
        judge(page, says);
    }

    private void judge(byte @Nullable [] page, Consumer<String> says) throws TapeException {
        if (on) {
            says.accept("drive " + drive + ": logical block protection is " + state());
            return;
        }
        boolean offered = page != null && offer != null;
        why = wanted == DriveOptions.Protection.OFF
                ? "not wanted"
                : leftOut
                        ? "blocks with their sums are longer than the way to the drive takes"
                        : offered ? "the drive offers CRC-32C, and does not do it" : "the drive does not offer CRC-32C";
        if (isRequired() || (promised && !leftOut)) {
            throw unprotected();
        }
        if (offered && wanted == DriveOptions.Protection.AUTO) {
            says.accept("drive " + drive + ": logical block protection is " + state());
        }
    }

    TapeException unprotected() {
        return new TapeException(
                TapeFault.UNPROTECTED,
                "blocks to and from drive " + drive + " have no logical block protection: " + why,
                "Use a drive of LTO-7 or later, update its firmware, or take logicalBlockProtection: required out of"
                        + " config/devices.yaml.");
    }

    /**
     * For this mount blocks travel without sums.
     *
     * @throws TapeException {@link TapeFault#UNPROTECTED} when they must not
     */
    void leaveOut() throws IOException {
        if (isRequired()) {
            why = "blocks with their sums are longer than the way to the drive takes";
            throw unprotected();
        }
        leftOut = true;
        apply(line -> {});
    }

    /** Asked once: what a drive offers doesn't change. Answers have lengths of their own; counts of transports may be wrong. */
    private boolean isOffered() throws IOException {
        if (!asked) {
            Optional<BlockProtectionOffer> told = askOffer();
            offer = told.flatMap(BlockProtectionOffer::crc32c).orElse(null);
            refused = told.isPresent() ? offer == null : !likely.orElse(true);
            asked = true;
        }
        return !refused;
    }

    private Optional<BlockProtectionOffer> askOffer() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(BlockProtectionOffer.ROOM);
        ScsiCommand command = BlockProtectionOffer.inquiry(answer);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.key() == SenseData.ILLEGAL_REQUEST) {
            return Optional.empty();
        }
        if (!Conversation.succeeded(reply, sense)) {
            throw conversation.failure(command, reply, sense);
        }
        return BlockProtectionOffer.parse(answer.array());
    }

    /** Null when the drive doesn't have it: then blocks travel as they always did. */
    private byte @Nullable [] page() throws IOException {
        if (absent) {
            return null;
        }
        ByteBuffer answer = ByteBuffer.allocate(BlockProtectionPage.ROOM);
        ScsiCommand command = TapeCommands.modeSense(BlockProtectionPage.PAGE, BlockProtectionPage.SUBPAGE, answer);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.key() != SenseData.ILLEGAL_REQUEST && !Conversation.succeeded(reply, sense)) {
            throw conversation.failure(command, reply, sense);
        }
        Optional<byte[]> found =
                sense.key() == SenseData.ILLEGAL_REQUEST ? Optional.empty() : BlockProtectionPage.find(answer.array());
        absent = found.isEmpty();
        return found.orElse(null);
    }

    /** @return whether the drive says that it is so */
    private boolean set(byte[] page, BlockProtectionPage settings) throws IOException {
        if (BlockProtectionPage.parse(page).movesBlocksAs(settings)) {
            return true;
        }
        TapeMode mode = new TapeMode(false, true, TapeMode.KEEP_DENSITY, 0);
        ScsiCommand command = TapeCommands.modeSelect(ByteBuffer.wrap(mode.toBytes(settings.in(page))));
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.key() == SenseData.ILLEGAL_REQUEST) {
            refused = refused || (settings.onWrite() && offer == null);
            return false;
        }
        if (!Conversation.succeeded(reply, sense)) {
            throw conversation.failure(command, reply, sense);
        }
        byte[] now = page();
        return now != null && BlockProtectionPage.parse(now).movesBlocksAs(settings);
    }

    private void requireOff(byte[] page) throws IOException {
        if (!set(page, BlockProtectionPage.OFF)) {
            throw new TapeException(
                    TapeFault.DRIVE_ERROR,
                    "drive " + drive
                            + " counts on sums behind each block (logical block protection), which are not sent"
                            + " now, and can't be told otherwise",
                    "Switch the drive off and on; update its firmware when it happens again.");
        }
    }
}
