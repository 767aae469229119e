weights show lenet.keras
