"""Rows of the reference tables that do not hold yet, and why. Data.

The lines below a reason are the names of rows. A row that holds by now makes its test
fail: delete its line.
"""

_TEXT = """
models are no estimators of scikit-learn yet
    wrappers.scikit_learn.KerasClassifier
    wrappers.scikit_learn.KerasRegressor
    wrappers.scikit_learn.BaseWrapper
    wrappers: scikit_learn.KerasClassifier
there are no trained networks yet
    applications.vgg16.VGG16
    applications.vgg19.VGG19
    applications.resnet50.ResNet50
    applications.resnet.ResNet101
    applications.resnet_v2.ResNet50V2
    applications.inception_v3.InceptionV3
    applications.inception_resnet_v2.InceptionResNetV2
    applications.xception.Xception
    applications.mobilenet.MobileNet
    applications.mobilenet_v2.MobileNetV2
    applications.mobilenetv2.MobileNetV2
    applications.densenet.DenseNet121
    applications.nasnet.NASNetMobile
    applications.imagenet_utils.preprocess_input
    applications.imagenet_utils.decode_predictions
    applications.music_tagger_crnn
    applications.audio_conv_utils
    applications: regnet.RegNetX002
    applications: resnet_rs.ResNetRS50
needs TensorFlow itself
    experimental: SequenceFeatures
    experimental: SidecarEvaluator
    estimator: model_to_estimator
    layers: DenseFeatures
    utils: experimental.DatasetCreator
"""


def _rows() -> dict[str, str]:
    found, reason = {}, ""
    for line in filter(None, _TEXT.splitlines()):
        if line.startswith(" "):
            found[line.strip()] = reason
        else:
            reason = line
    return found


LATER = _rows()
