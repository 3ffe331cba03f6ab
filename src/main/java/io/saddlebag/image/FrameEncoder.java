package io.saddlebag.image;

/** Makes frames of a compression layer, each of which is whole by itself. One thread at a time. */
interface FrameEncoder extends AutoCloseable {
    /** Bytes that a frame of so many bytes may take, however badly it shrinks. */
    int maxPackedBytes(int plainBytes);

    /** @return length of the frame */
    int encode(byte[] plain, int plainBytes, byte[] packed);

    /** Whether what was just encoded decodes to the same bytes. */
    boolean reproduces(byte[] packed, int packedBytes, byte[] plain, int plainBytes);

    /** Frees what is outside of the heap. */
    @Override
    void close();
}
