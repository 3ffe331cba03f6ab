package io.saddlebag.camel.piece;

/** What {@code piece:} does. */
public enum PieceOperation {
    PUT,
    GET,
    LS,
    RM
}
