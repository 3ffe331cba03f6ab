package io.saddlebag.library;

/** The four kinds of element of a media changer (SMC-3, 4.2; M12). */
public enum ElementKind {
    /** Medium transport element: the robot's hand. */
    MTE,
    /** Storage element: a slot. */
    SE,
    /** Import/export element: the mail slot. */
    IEE,
    /** Data transfer element: a drive. */
    DTE
}
