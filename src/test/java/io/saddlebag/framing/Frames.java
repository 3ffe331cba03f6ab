package io.saddlebag.framing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sections as lists of blocks. */
final class Frames {
    private Frames() {}

    static List<byte[]> encode(ProtectedFraming framing, FramedSection section, byte[] data) {
        FrameEncoder frames = new FrameEncoder(framing, section);
        ByteBuffer block = ByteBuffer.allocate(framing.blockSize().bytes());
        List<byte[]> blocks = new ArrayList<>();
        for (int from = 0; from < data.length; from += framing.payloadBytes()) {
            int length = Math.min(framing.payloadBytes(), data.length - from);
            block.clear().position(FrameEncoder.HEADER_BYTES);
            block.put(data, from, length);
            blocks.add(bytes(frames.seal(block, length)));
            if (frames.groupIsFull()) {
                blocks.add(bytes(frames.recovery()));
            }
        }
        if (frames.groupIsOpen()) {
            blocks.add(bytes(frames.recovery()));
        }
        return blocks;
    }

    static byte[] decode(FrameVectorsTest.Vector vector, List<FrameFinding> findings) throws FramingException {
        return decode(vector.framing(), vector.section(), vector.blocks(), vector.number("blocks"), findings);
    }

    static byte[] decode(
            ProtectedFraming framing,
            FramedSection section,
            List<byte[]> blocks,
            long expected,
            List<FrameFinding> findings)
            throws FramingException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        FrameDecoder frames = new FrameDecoder(framing, section, findings::add);
        byte[] reused = new byte[framing.blockSize().bytes() + 1];
        for (byte[] block : blocks) {
            // as a reader does: one buffer, whatever was in it before
            int length = Math.min(block.length, reused.length);
            System.arraycopy(block, 0, reused, 0, length);
            frames.accept(ByteBuffer.wrap(reused).limit(length));
            drain(frames, data);
        }
        frames.finish(expected);
        drain(frames, data);
        return data.toByteArray();
    }

    private static void drain(FrameDecoder frames, ByteArrayOutputStream data) {
        for (ByteBuffer part = frames.poll(); part != null; part = frames.poll()) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            data.writeBytes(bytes);
        }
    }

    private static byte[] bytes(ByteBuffer block) {
        byte[] bytes = new byte[block.remaining()];
        block.duplicate().get(bytes);
        return Arrays.copyOf(bytes, bytes.length);
    }
}
