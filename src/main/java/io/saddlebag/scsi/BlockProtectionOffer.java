package io.saddlebag.scsi;

import io.saddlebag.scsi.ScsiCommand.Direction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a drive says of the logical block protection that it can do: VPD page B5h (SSC-5). Drives made before that page was
 * thought of may have the protection all the same.
 */
public record BlockProtectionOffer(List<Method> methods) {
    public static final int PAGE = 0xb5;
    public static final int ROOM = 0xff;

    private static final int HEADER_BYTES = 4;
    private static final int DESCRIPTORS_AT = 8;
    private static final int LEAST_DESCRIPTOR_BYTES = 4;

    /** @param code as in {@link BlockProtectionPage#method} */
    public record Method(int code, int informationBytes, boolean onWrite, boolean onRead, boolean onRecover) {}

    public BlockProtectionOffer {
        methods = List.copyOf(methods);
    }

    /** @param answer {@link #ROOM} bytes */
    public static ScsiCommand inquiry(ByteBuffer answer) {
        int room = answer.remaining();
        return new ScsiCommand(
                "INQUIRY page b5",
                Cdb.of(0x12, 1, PAGE, room >> 8, room & 0xff, 0),
                Direction.IN,
                answer,
                PrimaryCommands.SHORT);
    }

    /**
     * Never throws.
     *
     * @return empty when it is not that page; what is cut off is left out
     */
    public static Optional<BlockProtectionOffer> parse(byte[] answer) {
        if (answer.length < HEADER_BYTES || (answer[1] & 0xff) != PAGE) {
            return Optional.empty();
        }
        int end = Math.min(answer.length, HEADER_BYTES + ((answer[2] & 0xff) << 8 | (answer[3] & 0xff)));
        List<Method> methods = new ArrayList<>();
        for (int at = DESCRIPTORS_AT; at + LEAST_DESCRIPTOR_BYTES <= end; ) {
            int bytes = 1 + (answer[at] & 0xff);
            if (bytes < LEAST_DESCRIPTOR_BYTES || at + bytes > end) {
                break;
            }
            int flags = answer[at + 3];
            methods.add(new Method(
                    answer[at + 1] & 0xff,
                    answer[at + 2] & 0x3f,
                    (flags & 0x80) != 0,
                    (flags & 0x40) != 0,
                    (flags & 0x20) != 0));
            at += bytes;
        }
        return Optional.of(new BlockProtectionOffer(methods));
    }

    /** CRC-32C both ways; empty when the drive doesn't offer that. */
    public Optional<Method> crc32c() {
        return methods.stream()
                .filter(each -> each.code() == BlockProtectionPage.CRC32C && each.onWrite() && each.onRead())
                .findFirst();
    }
}
