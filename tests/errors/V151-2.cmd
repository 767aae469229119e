weights show model.pth
