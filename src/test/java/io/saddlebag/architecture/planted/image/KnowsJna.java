package io.saddlebag.architecture.planted.image;

class KnowsJna {
    Object pointer() {
        return com.sun.jna.Pointer.NULL;
    }
}
