package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.DensityReport;
import io.saddlebag.scsi.Inquiry;
import io.saddlebag.scsi.PrimaryCommands;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.TapeDensity;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a drive says of itself, with or without a medium. */
final class DriveIdentity {
    /** The first LTO generation that measures a cartridge when it is loaded for the first time. */
    private static final int FIRST_THAT_MEASURES = 9;

    private static final int FIRST_WITH_CRC32C = 7;

    /** ULT3580-TD9, ULTRIUM-HH9, Ultrium 9-SCSI, LTO-9. */
    private static final Pattern LTO =
            Pattern.compile("(?:ULTRIUM|ULT3580|LTO)[- ]?(?:TD|HH|FH)?(\\d{1,2})\\b.*", Pattern.CASE_INSENSITIVE);

    private DriveIdentity() {}

    static int longestTransfer(ScsiTransport transport) {
        return Math.min(TapeCommands.LONGEST_BLOCK, transport.longestTransferBytes());
    }

    /**
     * By INQUIRY alone, which disturbs nobody.
     *
     * @return its generation of LTO; empty when that doesn't tell
     * @throws TapeException {@link TapeFault#DRIVE_ERROR} when it is no tape drive
     */
    static Optional<Integer> requireTapeDrive(String drive, Conversation conversation) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(Inquiry.BYTES);
        conversation.carryOut(PrimaryCommands.inquiry(answer));
        Inquiry inquiry = Inquiry.parse(answer.array());
        if (inquiry.deviceType() != Inquiry.TAPE) {
            throw new TapeException(
                    TapeFault.DRIVE_ERROR,
                    "device " + drive + " (" + inquiry.vendor() + " " + inquiry.product()
                            + ") is no tape drive but of type " + inquiry.deviceType(),
                    "Name the drive's own device; discoverdev lists what is attached.");
        }
        Matcher lto = LTO.matcher(inquiry.product());
        return lto.matches() ? Optional.of(Integer.parseInt(lto.group(1))) : Optional.empty();
    }

    /** More than two hours for generations that measure a new cartridge. */
    static Duration longestLoad(int generation) {
        return generation >= FIRST_THAT_MEASURES ? TapeCommands.FIRST_LOAD : TapeCommands.LOAD;
    }

    /** Whether drives of a generation have logical block protection with CRC-32C; before, they had another sum. */
    static boolean hasCrc32c(int generation) {
        return generation >= FIRST_WITH_CRC32C;
    }

    static BlockLimits limits(Conversation conversation, ScsiTransport transport) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(6);
        conversation.carryOut(TapeCommands.readBlockLimits(answer));
        int most = longestTransfer(transport);
        int longest = answer.getInt(0) & TapeCommands.LONGEST_BLOCK;
        int shortest = Math.max(1, answer.getShort(4) & 0xffff);
        return new BlockLimits(shortest, longest == 0 ? most : Math.max(shortest, Math.min(most, longest)));
    }

    /** By the densities that the drive writes; more than two hours when it doesn't tell them. */
    static Duration longestLoad(Conversation conversation) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(DensityReport.BYTES);
        ScsiCommand command = TapeCommands.reportDensities(answer);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.key() == SenseData.ILLEGAL_REQUEST) {
            return TapeCommands.FIRST_LOAD;
        }
        if (!Conversation.succeeded(reply, sense)) {
            throw conversation.failure(command, reply, sense);
        }
        DensityReport report = DensityReport.parse(
                Arrays.copyOf(answer.array(), reply.isGood() ? reply.transferredBytes() : DensityReport.BYTES));
        boolean older = !report.writable().isEmpty()
                && report.writable().stream().allMatch(code -> code < TapeDensity.LTO9.code());
        return older ? TapeCommands.LOAD : TapeCommands.FIRST_LOAD;
    }
}
